//! A text with its deciding part marked: a field of an object as JSON, or a line of a document; and as much of the text
//! as there is room for.

use crate::page::limits::{cut_note, cut_text, first_bytes, last_bytes};
use serde::Serialize;
use serde_json::Value;
use std::ops::Range;
use vocabulary::Digest;

/// A text of which a part is marked.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct MarkedText {
    /// What is before it; all of the text where nothing is marked.
    pub(crate) before: String,
    /// What is marked.
    pub(crate) mark: String,
    /// What is after it.
    pub(crate) after: String,
}

/// What is shown of a marked text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MarkedExcerpt {
    pub(crate) text: MarkedText,
    /// Whether lines were left out that are far from the mark.
    pub(crate) is_part: bool,
    /// How many bytes are shown, where the lines near the mark were too long.
    pub(crate) note: Option<String>,
}

/// Up to how many lines a text is shown whole.
const MAX_LINES: usize = 40;
/// How many lines are shown before and after the mark of a longer text.
const CONTEXT_LINES: usize = 10;

impl MarkedText {
    /// An object as pretty JSON. The value at the JSON pointer is marked, and its key; without a pointer nothing is.
    pub(crate) fn of_json(object: &Value, pointer: Option<&str>) -> Self {
        let marked = pointer.and_then(|pointer| mark_value(object, pointer));
        marked.unwrap_or_else(|| Self { before: pretty(object), ..Self::default() })
    }

    /// A document in YAML or JSON. The line to which a dotted path leads is marked, or the last line on the way there;
    /// and whether it is the line itself.
    pub(crate) fn of_document(document: &str, path: &str) -> (Self, bool) {
        let mut keys = path.split('.').peekable();
        let (mut mark, mut line_start) = (0..0, 0);
        for line in document.split_inclusive('\n') {
            if keys.next_if(|key| has_key(line, key)).is_some() {
                mark = line_start..line_start + line.trim_end().len();
            }
            line_start += line.len();
        }
        (Self::of_range(document, mark), keys.peek().is_none())
    }

    fn of_range(text: &str, mark: Range<usize>) -> Self {
        if mark.is_empty() {
            return Self { before: text.to_owned(), ..Self::default() };
        }
        let (before, after) = (text[..mark.start].to_owned(), text[mark.end..].to_owned());
        Self { before, mark: text[mark].to_owned(), after }
    }

    /// What is shown of it: the lines around the mark, or the first ones, and of those so many bytes.
    pub(crate) fn excerpt(self, max_bytes: usize) -> MarkedExcerpt {
        let (lines, is_part) = self.near_lines();
        let (text, note) = lines.near_bytes(max_bytes);
        MarkedExcerpt { text, is_part, note }
    }

    /// The lines around the mark, or the first ones; and whether lines are left out.
    fn near_lines(self) -> (Self, bool) {
        let count = |text: &str| text.split_inclusive('\n').count();
        let first = |text: &str, lines| text.split_inclusive('\n').take(lines).collect::<String>();
        if count(&self.before) + count(&self.mark) + count(&self.after) <= MAX_LINES {
            return (self, false);
        }
        if self.mark.is_empty() {
            return (Self { before: first(&self.before, MAX_LINES) + "…", ..Self::default() }, true);
        }
        let before: Vec<_> = self.before.split_inclusive('\n').collect();
        let left_out = before.len().saturating_sub(CONTEXT_LINES);
        let lead = if left_out > 0 { "…\n" } else { "" };
        let tail = if count(&self.after) > CONTEXT_LINES { "…" } else { "" };
        let near = Self {
            before: lead.to_owned() + &before[left_out..].concat(),
            mark: self.mark,
            after: first(&self.after, CONTEXT_LINES) + tail,
        };
        (near, true)
    }

    /// So many bytes, the mark in the middle, with a note where something is left out.
    fn near_bytes(self, limit: usize) -> (Self, Option<String>) {
        let length = self.before.len() + self.mark.len() + self.after.len();
        if length <= limit {
            return (self, None);
        }
        if self.mark.is_empty() {
            let (before, note) = cut_text(&self.before, limit);
            return (Self { before, ..Self::default() }, note);
        }
        let third = limit / 3;
        let near = Self {
            before: last_bytes(&self.before, third).to_owned(),
            mark: first_bytes(&self.mark, third).to_owned(),
            after: first_bytes(&self.after, third).to_owned(),
        };
        let shown = near.before.len() + near.mark.len() + near.after.len();
        (near, Some(cut_note(shown, length)))
    }
}

/// The object as JSON with the value at the pointer marked, and its key; none where there is no such value.
fn mark_value(object: &Value, pointer: &str) -> Option<MarkedText> {
    // The object is printed with a placeholder instead of the value. No object holds its own SHA-256.
    let placeholder = Value::from(Digest::of_json(object).to_string());
    let mut template = object.clone();
    let value = std::mem::replace(template.pointer_mut(pointer)?, placeholder.clone());
    let template = pretty(&template);
    let (before, after) = template.split_once(&placeholder.to_string())?;
    // The value's line begins with its indentation and, unless it is the item of a list, its key.
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let key = before[line_start..].trim_start();
    let (before, indentation) =
        (&before[..before.len() - key.len()], &before[line_start..before.len() - key.len()]);
    let value = pretty(&value).replace('\n', &format!("\n{indentation}"));
    Some(MarkedText { before: before.to_owned(), mark: format!("{key}{value}"), after: after.to_owned() })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Whether a line of YAML or JSON begins with this key.
fn has_key(line: &str, key: &str) -> bool {
    let rest = line.trim_start_matches([' ', '-', '"']).strip_prefix(key);
    rest.is_some_and(|rest| rest.strip_prefix('"').unwrap_or(rest).starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::field("/a/b/1/c", "\"c\": \"x\"")]
    #[case::object("/a/b/1", "{\n        \"c\": \"x\",\n        \"d\": null\n      }")]
    #[case::list("/a/e", "\"e\": []")]
    #[case::text_with_a_line_break("/z", "\"z\": \"1\\n2\"")]
    fn deciding_value_is_marked_with_its_key(#[case] pointer: &str, #[case] mark: &str) {
        let object = json!({"a": {"b": [1, {"c": "x", "d": null}], "e": []}, "z": "1\n2"});
        let text = MarkedText::of_json(&object, Some(pointer));
        assert_eq!(text.mark, mark);
        assert_eq!(text.before + &text.mark + &text.after, pretty(&object));
    }

    #[test]
    fn nothing_is_marked_without_a_value() {
        let object = json!({"a": 1});
        for pointer in [None, Some("/b")] {
            let text = MarkedText::of_json(&object, pointer);
            assert_eq!((text.before, text.mark), (pretty(&object), String::new()));
        }
    }

    #[test]
    fn line_of_a_document_is_marked() {
        let yaml = "first: 1\nglobal:\n  other: 2\n  proxy:\n    ports: \"9\"\nports: 1\n";
        let mark = |text: &str, path: &str| {
            let (text, is_whole) = MarkedText::of_document(text, path);
            (text.mark, is_whole)
        };
        assert_eq!(mark(yaml, "global.proxy.ports"), ("    ports: \"9\"".to_owned(), true));
        assert_eq!(mark("{\n \"global\": {\n \"a\": 1}}", "global.a"), (" \"a\": 1}}".to_owned(), true));
        assert_eq!(mark(yaml, "global.none"), ("global:".to_owned(), false));
        assert_eq!(mark(yaml, "none"), (String::new(), false));
    }

    #[test]
    fn mark_stays_when_the_rest_is_cut() {
        let text = MarkedText { before: "b".repeat(900), mark: "here".into(), after: "a".repeat(900) };
        let MarkedExcerpt { text, is_part, note } = text.excerpt(300);
        assert_eq!((text.before.len(), text.mark.as_str(), text.after.len()), (100, "here", 100));
        assert_eq!((is_part, note.as_deref()), (false, Some("cut: 204 bytes of 1.7 KiB are shown")));
    }

    #[test]
    fn lines_far_from_the_mark_are_left_out() {
        let lines: Vec<_> = (0..50).map(|line| format!("l{line}: 1\n")).collect();
        let (text, _) = MarkedText::of_document(&lines.concat(), "l25");
        let MarkedExcerpt { text, is_part, note } = text.excerpt(10_000);
        assert!(text.before.starts_with("…\nl15:") && text.after.ends_with("l34: 1\n…"), "{text:?}");
        assert_eq!((text.mark.as_str(), is_part, note), ("l25: 1", true, None));
    }
}
