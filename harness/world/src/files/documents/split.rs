//! Cuts the text of a file into its YAML documents, so that each is read by itself.
//!
//! A separator stands at the beginning of a line, where no content of a document may look like one (YAML 1.2, 9.1.2), also
//! not within a block of text. So a document that is broken does not take along those behind it.

use std::ops::Range;

/// A document within the text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentSpan {
    /// Its bytes, with the separator before it.
    pub(crate) bytes: Range<usize>,
    /// The number of lines before its bytes.
    pub(crate) line_before: usize,
    /// The line on which its content begins.
    pub(crate) first_line: usize,
}

/// The documents of a text, without those that hold nothing.
pub(crate) fn documents(text: &str) -> Vec<DocumentSpan> {
    let mut documents = Vec::new();
    let mut current = OpenDocument::default();
    let (mut at, mut number) = (0, 0);
    for line in text.split_inclusive('\n') {
        number += 1;
        if is_mark(line, "---") || is_mark(line, "...") {
            documents.extend(current.end(at));
            current = OpenDocument { start: at, line_before: number - 1, first_line: None };
        }
        // A directive stands before the separator, and says nothing that an object needs.
        if current.first_line.is_none() && has_content(line) {
            current.first_line = Some(number);
        }
        at += line.len();
        if current.first_line.is_none() && (line.starts_with('%') || is_mark(line, "...")) {
            current = OpenDocument { start: at, line_before: number, first_line: None };
        }
    }
    documents.extend(current.end(at));
    documents
}

/// A document whose end is not yet found.
#[derive(Debug, Default)]
struct OpenDocument {
    start: usize,
    line_before: usize,
    /// `None`: there is only space, comments and the separator so far.
    first_line: Option<usize>,
}

impl OpenDocument {
    fn end(&self, at: usize) -> Option<DocumentSpan> {
        let span =
            |first_line| DocumentSpan { bytes: self.start..at, line_before: self.line_before, first_line };
        self.first_line.map(span)
    }
}

fn is_mark(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Whether something other than space, a comment, a directive or a separator stands on the line.
fn has_content(line: &str) -> bool {
    let rest =
        ["---", "..."].iter().find(|mark| is_mark(line, mark)).map_or(line, |mark| &line[mark.len()..]);
    let rest = rest.trim_start();
    !rest.is_empty() && !rest.starts_with('#') && !line.starts_with('%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::nothing("", &[])]
    #[case::comments("# a\n---\n\n# b\n---\n", &[])]
    #[case::one("a: 1\n", &[(1, "a: 1\n")])]
    #[case::without_an_end("a: 1", &[(1, "a: 1")])]
    #[case::two("a: 1\n---\nb: 2\n", &[(1, "a: 1\n"), (3, "---\nb: 2\n")])]
    #[case::comment_first("# x\n\na: 1\n", &[(3, "# x\n\na: 1\n")])]
    #[case::carriage_returns("a: 1\r\n---\r\nb: 2\r\n", &[(1, "a: 1\r\n"), (3, "---\r\nb: 2\r\n")])]
    #[case::on_the_line("--- {a: 1}\n--- # x\nb: 2\n", &[(1, "--- {a: 1}\n"), (3, "--- # x\nb: 2\n")])]
    #[case::end_mark("a: 1\n...\n---\nb: 2\n", &[(1, "a: 1\n"), (4, "---\nb: 2\n")])]
    #[case::directive("%YAML 1.2\n---\na: 1\n", &[(3, "---\na: 1\n")])]
    #[case::longer_line("a: |\n  ---\n----\n", &[(1, "a: |\n  ---\n----\n")])]
    fn documents_are_cut(#[case] text: &str, #[case] expected: &[(usize, &str)]) {
        let found = documents(text);
        let found: Vec<_> = found.iter().map(|one| (one.first_line, &text[one.bytes.clone()])).collect();
        assert_eq!(found, expected);
    }
}
