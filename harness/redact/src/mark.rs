//! The mark that replaces a secret, and the least length of one.

use std::borrow::Cow;

/// What a secret is replaced by.
pub const MARK: &str = "[redacted]";
/// In bytes. A shorter text is not redacted as a registered secret: it is too likely to be part of another word.
pub(crate) const MIN_SECRET: usize = 8;

/// Redacts a text. Passed to the rules that find an encoded text in a text and redact what it decodes to.
pub(crate) type RedactText = fn(&str) -> Cow<'_, str>;
