//! Whether the aliases of a YAML document make it much larger than it is written.
//!
//! The parser counts aliases, but not what they stand for: a megabyte of text could stand for gigabytes.

use granit_parser::{Event, Parser};
use std::collections::BTreeMap;

/// What the values of a document may come to, in bytes, when each alias is replaced by its value.
const LARGEST_EXPANDED: usize = 64 << 20;

/// What a value without any text counts as, in bytes.
const VALUE: usize = 16;

/// Whether the document is small enough with its aliases replaced. One without aliases is not looked into.
pub(crate) fn is_small_expanded(document: &str) -> bool {
    !has_alias(document) || expanded_size(document).is_some_and(|size| size <= LARGEST_EXPANDED)
}

/// Whether an anchor and an alias may be among the text: what looks like one in a block of text is taken for one.
fn has_alias(document: &str) -> bool {
    let has = |mark: char| {
        document.match_indices(mark).any(|(at, _)| {
            let before = document[..at].chars().next_back();
            let after = document[at + 1..].chars().next();
            before.is_none_or(|letter| letter.is_whitespace() || "[{,".contains(letter))
                && after.is_some_and(|letter| !letter.is_whitespace() && letter != mark)
        })
    };
    has('*') && has('&')
}

/// The size with each alias replaced. `None`: it is no YAML, or a value holds itself.
fn expanded_size(document: &str) -> Option<usize> {
    // The sizes of the open lists and maps, with their anchors; the first is the document.
    let mut open = vec![(0, 0_usize)];
    let mut anchors = BTreeMap::new();
    for event in Parser::new_from_str(document) {
        // none: what is no YAML has no size, and is refused
        let (size, anchor) = match event.ok()?.0 {
            Event::Scalar(text, _, anchor, _) => (VALUE + text.len(), anchor),
            Event::Alias(anchor) => (*anchors.get(&anchor)?, 0),
            Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
                open.push((anchor, VALUE));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (anchor, size) = open.pop()?;
                (size, anchor)
            }
            _ => continue,
        };
        if anchor != 0 {
            anchors.insert(anchor, size);
        }
        let parent = open.last_mut()?;
        parent.1 = parent.1.saturating_add(size);
    }
    open.first().map(|(_, size)| *size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::fmt::Write;

    fn billion_laughs() -> String {
        let mut text = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
        for depth in 1..10 {
            let alias = format!("*a{}", depth - 1);
            let _ = writeln!(text, "a{depth}: &a{depth} [{}]", vec![alias; 10].join(", "));
        }
        text
    }

    fn one_list_many_times() -> String {
        format!("a: &a [{}]\nb:\n{}", "x, ".repeat(50_000), "- *a\n".repeat(5_000))
    }

    #[rstest]
    #[case::nothing(String::new(), true)]
    #[case::no_alias("a: '*'\nb: x & y\n".to_owned(), true)]
    #[case::in_a_script("a: |\n  rm *.txt &x\n".to_owned(), true)]
    #[case::few("a: &a {b: 1}\nc: *a\n".to_owned(), true)]
    #[case::itself("a: &a [*a]\n".to_owned(), false)]
    #[case::billion_laughs(billion_laughs(), false)]
    #[case::one_list_many_times(one_list_many_times(), false)]
    fn aliases_are_counted(#[case] text: String, #[case] expected: bool) {
        assert_eq!(is_small_expanded(&text), expected);
    }
}
