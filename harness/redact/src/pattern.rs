//! Patterns that are part of this crate.

use regex::Regex;

/// The compiled form of a pattern that is written in the source. One that does not compile would let secrets through; so it
/// ends the program, at its first use, which each of them has in a test.
pub(crate) fn constant_pattern(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("a test compiles every pattern of this crate")
}
