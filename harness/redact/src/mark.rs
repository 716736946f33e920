//! What stands in the place of a secret, and how short a secret may be.

use std::borrow::Cow;

/// What stands in the place of a secret.
pub const MARK: &str = "[redacted]";
/// A shorter text is too likely to be a word of something else.
pub(crate) const SHORTEST: usize = 8;

/// Takes out of a text what is secret in it: what is encoded in a text is redacted as a text again.
pub(crate) type RedactText = fn(&str) -> Cow<'_, str>;
