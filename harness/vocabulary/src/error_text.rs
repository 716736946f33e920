//! The text of errors: chains of causes, and texts from outside, each in one line.

/// Said of an object that is no object of its kind.
pub const NOT_OF_ITS_KIND: &str = "does not have the shape of its kind";

/// Said of a field of an object that holds a text, or a value, that cannot be read as what it stands for.
pub const UNREADABLE_FIELD: &str = "could not read the field";

/// Joins an error and its sources by `: `. A source is left out where the text already ends with it: some libraries
/// put the source into their own text.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}

/// In letters. A longer text from outside is cut.
const MAX_LETTERS: usize = 300;

/// A text from outside, to be quoted within a line: control characters are escaped, and it is cut where it is too
/// long.
pub fn one_line(text: &str) -> String {
    let mut line: String = text.chars().take(MAX_LETTERS).flat_map(escape_hidden).collect();
    if text.chars().nth(MAX_LETTERS).is_some() {
        line.push('…');
    }
    line
}

fn escape_hidden(letter: char) -> Box<dyn Iterator<Item = char>> {
    // Letters that change the direction of writing are not control characters by their class.
    let is_hidden = letter.is_control()
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if is_hidden { Box::new(letter.escape_default()) } else { Box::new(std::iter::once(letter)) }
}

/// An error about JSON from outside, whose text may quote it, in one line.
pub fn foreign_json_error(error: &serde_json::Error) -> serde_json::Error {
    serde::de::Error::custom(one_line(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[test]
    fn line_stays_one_line() {
        assert_eq!(one_line("a\nb\u{1b}[2J\u{202e}ü"), r"a\nb\u{1b}[2J\u{202e}ü");
        assert_eq!(one_line(&"x".repeat(1_000)).chars().count(), MAX_LETTERS + 1);
    }

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);
    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl std::error::Error for Layer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    #[test]
    fn chain_joins_each_source_once() {
        let error = Layer(
            "list failed: timed out",
            Some(Box::new(Layer("timed out", Some(Box::new(Layer("os error", None)))))),
        );
        assert_eq!(chain(&error), "list failed: timed out: os error");
    }
}
