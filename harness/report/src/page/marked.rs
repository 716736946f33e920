//! An object as pretty JSON, and a document, with the deciding place marked.

use crate::page::field::Step;
use crate::page::limits;
use serde::Serialize;
use serde_json::Value;

/// A text of which a part is marked.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Marked {
    /// What is before it; all of the text where nothing is marked.
    pub(crate) before: String,
    /// What is marked.
    pub(crate) mark: String,
    /// What is after it.
    pub(crate) after: String,
}

/// Up to how many lines a text is shown whole.
const WHOLE: usize = 40;
/// How many lines are shown before and after what is marked in a longer one.
const AROUND: usize = 10;

impl Marked {
    /// The lines around what is marked, or the first ones; and whether anything was left out.
    pub(crate) fn excerpt(self) -> (Self, bool) {
        let lines = |text: &str| text.split_inclusive('\n').count();
        if lines(&self.before) + lines(&self.mark) + lines(&self.after) <= WHOLE {
            return (self, false);
        }
        let first = |text: &str, count| text.split_inclusive('\n').take(count).collect::<String>();
        if self.mark.is_empty() {
            return (Self { before: first(&self.before, WHOLE) + "…", ..Self::default() }, true);
        }
        let before: Vec<_> = self.before.split_inclusive('\n').collect();
        let left = before.len().saturating_sub(AROUND);
        let lead = if left > 0 { "…\n" } else { "" };
        let tail = if lines(&self.after) > AROUND { "…" } else { "" };
        let kept = Self {
            before: lead.to_owned() + &before[left..].concat(),
            mark: self.mark,
            after: first(&self.after, AROUND) + tail,
        };
        (kept, true)
    }

    /// The text within a limit, what is marked in the middle, with a note where something was left out.
    pub(crate) fn within(self, limit: usize) -> (Self, Option<String>) {
        let length = self.before.len() + self.mark.len() + self.after.len();
        if length <= limit {
            return (self, None);
        }
        if self.mark.is_empty() {
            let (before, note) = limits::cut(&self.before, limit);
            return (Self { before, ..Self::default() }, note);
        }
        let part = limit / 3;
        let kept = Self {
            before: limits::end(&self.before, part).to_owned(),
            mark: limits::start(&self.mark, part).to_owned(),
            after: limits::start(&self.after, part).to_owned(),
        };
        let shown = kept.before.len() + kept.mark.len() + kept.after.len();
        (kept, Some(limits::note(shown, length)))
    }
}

/// An object as JSON, with the value at the end of the steps and its key marked.
pub(crate) fn json(value: &Value, steps: Option<&[Step]>) -> Marked {
    let mut writer = Writer::default();
    writer.write(value, 0, steps.filter(|steps| !steps.is_empty()));
    writer.text
}

/// A document with the line marked to which a dotted path leads, key by key; or the last line on the way, and whether it
/// is the line itself.
pub(crate) fn document(text: &str, path: &str) -> (Marked, bool) {
    let mut keys = path.split('.').peekable();
    let (mut offset, mut mark) = (0, 0..0);
    for line in text.split_inclusive('\n') {
        let Some(key) = keys.peek() else { break };
        let bare = line.trim_start_matches([' ', '-', '"']);
        let left = bare.strip_prefix(key).map(|left| left.strip_prefix('"').unwrap_or(left));
        if left.is_some_and(|left| left.starts_with(':')) {
            keys.next();
            mark = offset..offset + line.trim_end().len();
        }
        offset += line.len();
    }
    let of = |range: &str| range.to_owned();
    let is_whole = keys.peek().is_none();
    if mark.is_empty() {
        return (Marked { before: of(text), ..Marked::default() }, is_whole);
    }
    let (before, after) = (of(&text[..mark.start]), of(&text[mark.end..]));
    (Marked { before, mark: of(&text[mark]), after }, is_whole)
}

#[derive(Default)]
struct Writer {
    text: Marked,
    is_marking: bool,
    is_after: bool,
}

impl Writer {
    fn push(&mut self, text: &str) {
        let part = match (self.is_marking, self.is_after) {
            (true, _) => &mut self.text.mark,
            (false, false) => &mut self.text.before,
            (false, true) => &mut self.text.after,
        };
        part.push_str(text);
    }

    fn write(&mut self, value: &Value, depth: usize, steps: Option<&[Step]>) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let of = |key: &String| {
                    let steps = steps.and_then(|steps| steps.split_first());
                    steps.filter(|(step, _)| **step == Step::Key(key.clone())).map(|(_, left)| left)
                };
                let last = fields.len() - 1;
                self.push("{");
                for (index, (key, value)) in fields.iter().enumerate() {
                    let label = format!("{}: ", Value::from(key.as_str()));
                    self.member(&label, value, depth + 1, of(key), index == last);
                }
                self.line(depth);
                self.push("}");
            }
            Value::Array(items) if !items.is_empty() => {
                let of = |index: usize| {
                    let steps = steps.and_then(|steps| steps.split_first());
                    steps.filter(|(step, _)| **step == Step::Index(index)).map(|(_, left)| left)
                };
                self.push("[");
                for (index, value) in items.iter().enumerate() {
                    self.member("", value, depth + 1, of(index), index == items.len() - 1);
                }
                self.line(depth);
                self.push("]");
            }
            other => self.push(&other.to_string()),
        }
    }

    fn member(&mut self, label: &str, value: &Value, depth: usize, steps: Option<&[Step]>, is_last: bool) {
        self.line(depth);
        let is_it = steps.is_some_and(<[Step]>::is_empty);
        self.is_marking |= is_it;
        self.push(label);
        self.write(value, depth, steps);
        if is_it {
            (self.is_marking, self.is_after) = (false, true);
        }
        if !is_last {
            self.push(",");
        }
    }

    fn line(&mut self, depth: usize) {
        self.push("\n");
        self.push(&"  ".repeat(depth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn deciding_value_is_marked_with_its_key() {
        let object = json!({"a": {"b": [1, {"c": "x"}]}, "z": {}});
        let steps = [Step::Key("a".into()), Step::Key("b".into()), Step::Index(1), Step::Key("c".into())];
        let text = json(&object, Some(&steps));
        assert_eq!(text.mark, "\"c\": \"x\"");
        let whole = text.before + &text.mark + &text.after;
        assert_eq!(whole, serde_json::to_string_pretty(&object).unwrap());
        let part = json(&object, Some(&steps[..2]));
        assert!(part.mark.starts_with("\"b\": [") && part.mark.ends_with(']'), "{}", part.mark);
    }

    #[test]
    fn line_of_a_document_is_marked() {
        let yaml = "first: 1\nglobal:\n  other: 2\n  proxy:\n    ports: \"9\"\nports: 1\n";
        let told = |text: &str, path: &str| {
            let (text, is_whole) = document(text, path);
            (text.mark, is_whole)
        };
        assert_eq!(told(yaml, "global.proxy.ports"), ("    ports: \"9\"".to_owned(), true));
        assert_eq!(told("{\n \"global\": {\n \"a\": 1}}", "global.a"), (" \"a\": 1}}".to_owned(), true));
        assert_eq!(told(yaml, "global.none"), ("global:".to_owned(), false));
        assert_eq!(told(yaml, "none"), (String::new(), false));
    }

    #[test]
    fn what_is_marked_stays_when_the_rest_is_cut() {
        let text = Marked { before: "b".repeat(900), mark: "here".into(), after: "a".repeat(900) };
        let (kept, note) = text.within(300);
        assert_eq!((kept.before.len(), kept.mark.as_str(), kept.after.len()), (100, "here", 100));
        assert_eq!(note.unwrap(), "cut: 204 bytes of 1.7 KiB are shown");
    }
}
