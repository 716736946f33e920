//! How much of the evidence a page shows, so that it stays below its size.
//!
//! A page is made with the first limits that keep it small enough. Each step bounds the longest texts and lists, so what
//! is largest is cut first, and what belongs to passed checks before what belongs to the others.

use serde::Serialize;

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a text that belongs to a check that was not upheld.
    pub(crate) wrong: usize,
    /// Bytes of any other text.
    pub(crate) rest: usize,
    /// Items of a list.
    pub(crate) items: usize,
}

/// From all that is reasonable to next to nothing.
pub(crate) const STEPS: [Limits; 9] = [
    Limits { wrong: 65_536, rest: 65_536, items: 500 },
    Limits { wrong: 65_536, rest: 8_192, items: 200 },
    Limits { wrong: 32_768, rest: 2_048, items: 100 },
    Limits { wrong: 16_384, rest: 512, items: 50 },
    Limits { wrong: 8_192, rest: 128, items: 25 },
    Limits { wrong: 4_096, rest: 128, items: 12 },
    Limits { wrong: 1_024, rest: 128, items: 6 },
    Limits { wrong: 256, rest: 64, items: 3 },
    Limits { wrong: 128, rest: 32, items: 1 },
];

/// A list of which some items may be left out.
#[derive(Debug, Serialize)]
pub(crate) struct Listed<T> {
    /// The items that are shown.
    pub(crate) items: Vec<T>,
    /// What was left out.
    pub(crate) note: Option<String>,
}

/// The first items of a list, with a note of how many are left out.
pub(crate) fn first<T>(items: impl IntoIterator<Item = T>, limit: usize) -> Listed<T> {
    let mut items = items.into_iter();
    let shown: Vec<_> = items.by_ref().take(limit).collect();
    let left = items.count();
    let note = (left > 0).then(|| format!("cut: {} of {} are shown", shown.len(), shown.len() + left));
    Listed { items: shown, note }
}

/// The beginning of a text, with a note where something was left out.
pub(crate) fn cut(text: &str, limit: usize) -> (String, Option<String>) {
    let kept = start(text, limit);
    let note = (kept.len() < text.len()).then(|| note(kept.len(), text.len()));
    (kept.to_owned(), note)
}

/// The beginning of a text, with the note within it.
pub(crate) fn prose(text: &str, limit: usize) -> String {
    let (text, note) = cut(text, limit);
    note.map_or_else(|| text.clone(), |note| format!("{text}… ({note})"))
}

/// At most so many bytes of the beginning.
pub(crate) fn start(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// At most so many bytes of the end.
pub(crate) fn end(text: &str, limit: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(limit))..]
}

/// What is said where something was left out.
pub(crate) fn note(shown: usize, of: usize) -> String {
    format!("cut: {} of {} are shown", bytes(shown), bytes(of))
}

/// A number of bytes in words.
pub(crate) fn bytes(count: usize) -> String {
    match count {
        1 => "1 byte".to_owned(),
        0..1024 => format!("{count} bytes"),
        1024..1_048_576 => format!("{}.{} KiB", count / 1024, count % 1024 * 10 / 1024),
        _ => format!("{}.{} MiB", count / 1_048_576, count % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("aöb", 2), ("a".to_owned(), Some("cut: 1 byte of 4 bytes are shown".to_owned())));
        assert_eq!(end("aöb", 2), "b");
        assert_eq!(cut("ab", 2), ("ab".to_owned(), None));
    }

    #[test]
    fn list_says_how_many_are_left_out() {
        let listed = first(0..5, 2);
        assert_eq!((listed.items, listed.note.as_deref()), (vec![0, 1], Some("cut: 2 of 5 are shown")));
    }
}
