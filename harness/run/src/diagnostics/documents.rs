//! The documents that are collected for a check, and how much of them is kept.

use record::Attachment;

/// How many bytes of all documents of a check are kept.
pub(crate) const MAX_CHECK_BYTES: usize = 5 << 20;
/// How many bytes of a log are kept.
const MAX_LOG_BYTES: usize = 256 << 10;
/// How many bytes of another document are kept.
const MAX_LIST_BYTES: usize = 512 << 10;
/// Fewer bytes of a longer document are of no use.
const MIN_USEFUL_BYTES: usize = 4 << 10;

/// Which part of a document is left out when it is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OmittedPart {
    /// Of a log: its last lines matter most.
    Beginning,
    /// Of a list: both ends show what is there.
    Middle,
}

/// A document before it is known how much of it fits.
#[derive(Debug)]
pub(crate) struct CollectedDocument {
    /// Its path in the folder of the check.
    pub(crate) path: String,
    /// What it is, in one line.
    pub(crate) about: String,
    pub(crate) text: String,
    pub(crate) omit: OmittedPart,
    /// What was left out of it already.
    pub(crate) note: Option<String>,
}

/// A document that could not be collected, or not be kept.
#[derive(Debug, Clone)]
pub(crate) struct MissingDocument {
    /// What it is, in a few words.
    pub(crate) name: String,
    /// Why it is missing.
    pub(crate) reason: String,
}

impl MissingDocument {
    pub(crate) fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { name: name.into(), reason: reason.into() }
    }
}

/// Shortens documents until all of them together have at most `max_bytes`. The first are the most important. Those for
/// which no room is left are returned by name.
pub(crate) fn fit(documents: Vec<CollectedDocument>, max_bytes: usize) -> (Vec<Attachment>, Vec<String>) {
    let (mut attachments, mut left_out, mut room) = (Vec::new(), Vec::new(), max_bytes);
    for CollectedDocument { path, about, text, omit, note } in documents {
        let length = text.len();
        if length > room && room < MIN_USEFUL_BYTES {
            let (length, limit) = (readable_size(length), readable_size(max_bytes));
            left_out.push(format!("{path} ({length}): the {limit} of a check are used up"));
            continue;
        }
        let longest = if omit == OmittedPart::Beginning { MAX_LOG_BYTES } else { MAX_LIST_BYTES };
        let (text, omission) = shorten(text, omit, longest.min(room));
        room -= text.len().min(room);
        let notes: Vec<String> = note.into_iter().chain(omission).collect();
        let cut = (!notes.is_empty()).then(|| notes.join("; "));
        attachments.push(Attachment { name: path, about, text, cut });
    }
    (attachments, left_out)
}

/// Leaves out whole lines. A line in their place says so, and so does the note.
fn shorten(text: String, omit: OmittedPart, longest: usize) -> (String, Option<String>) {
    if text.len() <= longest {
        return (text, None);
    }
    // Room for the line that says so.
    let longest = longest.saturating_sub(128);
    let (head, tail) = match omit {
        OmittedPart::Beginning => (0, longest),
        OmittedPart::Middle => (longest / 2, longest / 2),
    };
    let head = text[..text.floor_char_boundary(head)].rfind('\n').map_or(0, |end| end + 1);
    let tail = text.ceil_char_boundary(text.len() - tail);
    let tail = text[tail..].find('\n').map_or(tail, |end| tail + end + 1);
    let part = if omit == OmittedPart::Beginning { "at the beginning" } else { "in the middle" };
    let (left_out, all) = (readable_size(tail - head), readable_size(text.len()));
    let note = format!("{left_out} of {all} {part} are left out");
    (format!("{}… {note} …\n{}", &text[..head], &text[tail..]), Some(note))
}

/// A size for a person.
pub(crate) fn readable_size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn lines(count: usize) -> String {
        (0..count).map(|line| format!("line {line:06}")).chain([String::new()]).collect::<Vec<_>>().join("\n")
    }

    #[rstest]
    #[case::log(
        OmittedPart::Beginning,
        "… 5 KiB of 12 KiB at the beginning are left out …\n",
        "line 000999\n"
    )]
    #[case::list(OmittedPart::Middle, "line 000000\n", "line 000999\n")]
    fn long_document_keeps_its_ends(#[case] omit: OmittedPart, #[case] begins: &str, #[case] ends: &str) {
        let (text, note) = shorten(lines(1000), omit, 8000);
        assert!(text.starts_with(begins) && text.ends_with(ends), "{}", &text[..200]);
        assert!(text.len() <= 8000 && text.contains(&note.unwrap()));
        assert!(text.lines().all(|line| line.starts_with("line ") || line.starts_with('…')));
    }

    #[test]
    fn document_that_fits_is_left_alone() {
        assert_eq!(shorten(lines(3), OmittedPart::Middle, 8000), (lines(3), None));
    }

    #[test]
    fn all_of_a_check_fits() {
        let document = |path: &str| CollectedDocument {
            path: path.to_owned(),
            about: String::new(),
            text: lines(1000),
            omit: OmittedPart::Beginning,
            note: Some("older lines are left out".to_owned()),
        };
        let (attachments, left_out) = fit(["a", "b", "c"].map(document).into(), 20_000);
        assert!(attachments.iter().map(|one| one.text.len()).sum::<usize>() <= 20_000);
        assert_eq!(attachments[0].cut.as_deref(), Some("older lines are left out"));
        assert!(attachments[1].cut.as_deref().unwrap().ends_with("at the beginning are left out"));
        assert_eq!(left_out, ["c (12 KiB): the 20 KiB of a check are used up"]);
    }

    #[rstest]
    #[case(12, "12 B")]
    #[case(2048, "2 KiB")]
    #[case(5 << 20, "5.0 MiB")]
    #[case((1 << 20) + (1 << 19), "1.5 MiB")]
    fn size_is_readable(#[case] bytes: usize, #[case] expected: &str) {
        assert_eq!(readable_size(bytes), expected);
    }
}
