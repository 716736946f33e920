//! How much a page shows of its texts and lists, so that it stays below its size.
//!
//! The page is rendered with the first limits that keep it small enough. Each step bounds the longest texts and lists, so
//! what is largest is cut first, and what belongs to passed checks before what belongs to the others.

use serde::Serialize;

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a text that belongs to a check that was not upheld.
    pub(crate) failure_text: usize,
    /// Bytes of any other text.
    pub(crate) other_text: usize,
    /// Items of a list.
    pub(crate) list_items: usize,
}

impl Limits {
    const fn new(failure_text: usize, other_text: usize, list_items: usize) -> Self {
        Self { failure_text, other_text, list_items }
    }
}

/// From all that is reasonable to next to nothing.
pub(crate) const STEPS: [Limits; 9] = [
    Limits::new(65_536, 65_536, 500),
    Limits::new(65_536, 8_192, 200),
    Limits::new(32_768, 2_048, 100),
    Limits::new(16_384, 512, 50),
    Limits::new(8_192, 128, 25),
    Limits::new(4_096, 128, 12),
    Limits::new(1_024, 128, 6),
    Limits::new(256, 64, 3),
    Limits::new(128, 32, 1),
];

/// A list of which some items may be left out.
#[derive(Debug, Serialize)]
pub(crate) struct LimitedList<T> {
    /// The items that are shown.
    pub(crate) items: Vec<T>,
    /// How many are left out.
    pub(crate) note: Option<String>,
}

/// The first items of a list, with a note of how many are left out.
pub(crate) fn limit_list<T, I>(items: I, limit: usize) -> LimitedList<T>
where
    I: IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
{
    // Those that are not shown are not made, either: there may be thousands.
    let items = items.into_iter();
    let count = items.len();
    let shown: Vec<_> = items.take(limit).collect();
    let note = (shown.len() < count).then(|| format!("cut: {} of {count} are shown", shown.len()));
    LimitedList { items: shown, note }
}

/// The beginning of a text, with a note where something was left out.
pub(crate) fn cut_text(text: &str, limit: usize) -> (String, Option<String>) {
    let shown = first_bytes(text, limit);
    let note = (shown.len() < text.len()).then(|| cut_note(shown.len(), text.len()));
    (shown.to_owned(), note)
}

/// The beginning of a text, with the note within it.
pub(crate) fn cut_inline(text: &str, limit: usize) -> String {
    let (text, note) = cut_text(text, limit);
    note.map_or_else(|| text.clone(), |note| format!("{text}… ({note})"))
}

/// At most so many bytes of the beginning.
pub(crate) fn first_bytes(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// At most so many bytes of the end.
pub(crate) fn last_bytes(text: &str, limit: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(limit))..]
}

/// The note beside a text of which something was left out.
pub(crate) fn cut_note(shown: usize, all: usize) -> String {
    format!("cut: {} of {} are shown", readable_bytes(shown), readable_bytes(all))
}

/// A number of bytes in words.
pub(crate) fn readable_bytes(count: usize) -> String {
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
        assert_eq!(cut_text("aöb", 2), ("a".to_owned(), Some("cut: 1 byte of 4 bytes are shown".to_owned())));
        assert_eq!(last_bytes("aöb", 2), "b");
        assert_eq!(cut_text("ab", 2), ("ab".to_owned(), None));
    }

    #[test]
    fn list_says_how_many_are_left_out() {
        let listed = limit_list(0..5, 2);
        assert_eq!((listed.items, listed.note.as_deref()), (vec![0, 1], Some("cut: 2 of 5 are shown")));
    }
}
