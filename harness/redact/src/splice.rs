//! Replaces ranges of a text by the mark.

use crate::mark::MARK;
use std::borrow::Cow;
use std::ops::Range;

/// A text of which ranges are replaced, from the front to the back.
pub(crate) struct Splice<'a> {
    text: &'a str,
    /// The result as far as `copied`.
    redacted: String,
    /// How much of the text is in the result, in bytes.
    copied: usize,
}

impl<'a> Splice<'a> {
    /// Nothing is replaced yet.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, redacted: String::new(), copied: 0 }
    }

    /// Replaces a range, which begins at or after the end of the one before it.
    pub(crate) fn replace(&mut self, range: Range<usize>) {
        self.redacted.extend([&self.text[self.copied..range.start], MARK]);
        self.copied = range.end;
    }

    /// The text with the ranges replaced; borrowed where there were none.
    pub(crate) fn finish(self) -> Cow<'a, str> {
        match self.copied {
            0 => Cow::Borrowed(self.text),
            copied => Cow::Owned(self.redacted + &self.text[copied..]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_replaced_by_the_mark() {
        let mut splice = Splice::new("a secret, another secret");
        splice.replace(2..8);
        splice.replace(18..24);
        assert_eq!(splice.finish(), "a [redacted], another [redacted]");
    }

    #[test]
    fn text_without_a_range_is_borrowed() {
        assert!(matches!(Splice::new("a").finish(), Cow::Borrowed("a")));
    }
}
