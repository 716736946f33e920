//! How much is kept: of each document, and of all that is collected for a check.

use record::Attachment;

/// How much of all documents of a check is kept.
pub(crate) const ALL: usize = 5 << 20;
/// How much of one log is kept, and of another document.
const LOG: usize = 256 << 10;
const OTHER: usize = 512 << 10;
/// What is too little to be of use.
const LEAST: usize = 4 << 10;

/// Which part of a document goes first when it is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A log: what came last counts.
    Beginning,
    /// A list: both ends tell what is there.
    Middle,
}

/// A document before it is known how much of it fits.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its path in the folder of the check.
    pub(crate) path: String,
    pub(crate) about: String,
    pub(crate) text: String,
    pub(crate) cut: Cut,
    /// What was left out of it already.
    pub(crate) note: Option<String>,
}

/// Cuts documents, the most important of which come first, until all fit. What did not fit at all is returned, too.
pub(crate) fn fit(documents: Vec<Document>, all: usize) -> (Vec<Attachment>, Vec<String>) {
    let (mut kept, mut left_out, mut room) = (Vec::new(), Vec::new(), all);
    for Document { path, about, text, cut, note } in documents {
        let length = text.len();
        if length > room && room < LEAST {
            left_out.push(format!("{path} ({}): the {} of a check are used up", size(length), size(all)));
            continue;
        }
        let longest = if cut == Cut::Beginning { LOG } else { OTHER };
        let (text, shortened) = shorten(text, cut, longest.min(room));
        room -= text.len().min(room);
        let notes: Vec<String> = note.into_iter().chain(shortened).collect();
        let cut = (!notes.is_empty()).then(|| notes.join("; "));
        kept.push(Attachment { name: path, about, text, cut });
    }
    (kept, left_out)
}

/// Leaves out whole lines, and says so where they were.
fn shorten(text: String, cut: Cut, longest: usize) -> (String, Option<String>) {
    if text.len() <= longest {
        return (text, None);
    }
    // Room for the line that says so.
    let longest = longest.saturating_sub(128);
    let (head, tail) = match cut {
        Cut::Beginning => (0, longest),
        Cut::Middle => (longest / 2, longest / 2),
    };
    let head = text[..text.floor_char_boundary(head)].rfind('\n').map_or(0, |end| end + 1);
    let tail = text.ceil_char_boundary(text.len() - tail);
    let tail = text[tail..].find('\n').map_or(tail, |end| tail + end + 1);
    let part = if cut == Cut::Beginning { "at the beginning" } else { "in the middle" };
    let note = format!("{} of {} {part} are left out", size(tail - head), size(text.len()));
    (format!("{}… {note} …\n{}", &text[..head], &text[tail..]), Some(note))
}

/// A size for a person.
pub(crate) fn size(bytes: usize) -> String {
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
    #[case::log(Cut::Beginning, "… 5 KiB of 12 KiB at the beginning are left out …\n", "line 000999\n")]
    #[case::list(Cut::Middle, "line 000000\n", "line 000999\n")]
    fn what_is_too_long_keeps_its_ends(#[case] cut: Cut, #[case] begins: &str, #[case] ends: &str) {
        let (text, note) = shorten(lines(1000), cut, 8000);
        assert!(text.starts_with(begins) && text.ends_with(ends), "{}", &text[..200]);
        assert!(text.len() <= 8000 && text.contains(&note.unwrap()));
        assert!(text.lines().all(|line| line.starts_with("line ") || line.starts_with('…')));
    }

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(shorten(lines(3), Cut::Middle, 8000), (lines(3), None));
    }

    #[test]
    fn all_of_a_check_fits() {
        let document = |path: &str| Document {
            path: path.to_owned(),
            about: String::new(),
            text: lines(1000),
            cut: Cut::Beginning,
            note: Some("older lines are left out".to_owned()),
        };
        let (kept, left_out) = fit(["a", "b", "c"].map(document).into(), 20_000);
        assert!(kept.iter().map(|one| one.text.len()).sum::<usize>() <= 20_000);
        assert_eq!(kept[0].cut.as_deref(), Some("older lines are left out"));
        assert!(kept[1].cut.as_deref().unwrap().ends_with("at the beginning are left out"));
        assert_eq!(left_out, ["c (12 KiB): the 20 KiB of a check are used up"]);
    }

    #[rstest]
    #[case(12, "12 B")]
    #[case(2048, "2 KiB")]
    #[case(5 << 20, "5.0 MiB")]
    #[case((1 << 20) + (1 << 19), "1.5 MiB")]
    fn size_is_read(#[case] bytes: usize, #[case] expected: &str) {
        assert_eq!(size(bytes), expected);
    }
}
