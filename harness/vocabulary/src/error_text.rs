//! How errors, and texts that somebody else wrote, are put into one line.

/// What is said of an object that no API server would have returned.
pub const NOT_OF_ITS_KIND: &str = "does not have the shape of its kind";

/// Joins an error with its sources by `: `. A source that the text already ends with is left out, since some libraries
/// repeat theirs.
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

/// How much of a text is told that somebody else wrote.
const LONGEST: usize = 300;

/// A text that somebody else wrote, as a part of one line: nothing in it moves a cursor, and what is too long is cut.
pub fn one_line(text: &str) -> String {
    let mut told: String = text.chars().take(LONGEST).flat_map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        told.push('…');
    }
    told
}

fn visible(letter: char) -> Box<dyn Iterator<Item = char>> {
    // What turns the direction of writing is no control character.
    let is_hidden = letter.is_control()
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if is_hidden { Box::new(letter.escape_default()) } else { Box::new(std::iter::once(letter)) }
}

/// An error about somebody else's JSON, in one line.
pub fn of_json(error: &serde_json::Error) -> serde_json::Error {
    serde::de::Error::custom(one_line(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[test]
    fn line_stays_one_line() {
        assert_eq!(one_line("a\nb\u{1b}[2J\u{202e}ü"), r"a\nb\u{1b}[2J\u{202e}ü");
        assert_eq!(one_line(&"x".repeat(1_000)).chars().count(), LONGEST + 1);
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
