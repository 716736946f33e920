//! Blocks of PEM, from `-----BEGIN …-----` to their end or to the end of a text that was cut.

use crate::mark::MARK;
use crate::pattern::constant_pattern;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A block with the label of its first line, and of its last line if it has one. The base64 between them may have its
/// line breaks written as `\n`.
pub(crate) const BLOCK: &str = r"(?xs)
    -----BEGIN\ ( [A-Z0-9\ ]+ )-----
    .*?
    (?: -----END\ ( [A-Z0-9\ ]+ )----- | \z )
";
const BEGIN: &str = "-----BEGIN ";

static BLOCKS: LazyLock<Regex> = LazyLock::new(|| constant_pattern(BLOCK));

/// What a block is replaced by: itself if it is public, the mark otherwise.
pub(crate) fn redact_block(block: &Captures<'_>) -> String {
    let (whole, label, end_label) = (&block[0], &block[1], block.get(2));
    if !is_public(label) {
        return MARK.to_owned();
    }
    if let Some(second) = second_begin(whole) {
        return redact_block_without_end(whole, second);
    }
    match end_label {
        Some(label) if !is_public(label.as_str()) => MARK.to_owned(),
        _ => whole.to_owned(),
    }
}

/// Where another block begins within this one, which then has no end of its own.
fn second_begin(block: &str) -> Option<usize> {
    block.match_indices(BEGIN).nth(1).map(|(at, _)| at)
}

/// Keeps a public block without an end, and redacts the block that begins within it.
fn redact_block_without_end(block: &str, second: usize) -> String {
    let (first, rest) = block.split_at(second);
    format!("{first}{}", BLOCKS.replace_all(rest, redact_block))
}

/// Whether a block with this label is not secret.
fn is_public(label: &str) -> bool {
    matches!(
        label,
        "CERTIFICATE"
            | "X509 CERTIFICATE"
            | "TRUSTED CERTIFICATE"
            | "CERTIFICATE REQUEST"
            | "PUBLIC KEY"
            | "X509 CRL"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----";
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";

    #[rstest]
    #[case::certificate(CERTIFICATE.to_owned(), CERTIFICATE.to_owned())]
    #[case::certificate_that_was_cut(CERTIFICATE[..30].to_owned(), CERTIFICATE[..30].to_owned())]
    #[case::key(KEY.to_owned(), MARK.to_owned())]
    #[case::key_that_was_cut(KEY[..32].to_owned(), MARK.to_owned())]
    #[case::key_of_an_unknown_kind(KEY.replace("PRIVATE", "STRANGE"), MARK.to_owned())]
    #[case::key_with_the_first_line_of_a_certificate(CERTIFICATE.replace("END CERTIFICATE", "END PRIVATE KEY"), MARK.to_owned())]
    #[case::line_breaks_in_json(KEY.replace('\n', "\\n"), MARK.to_owned())]
    #[case::key_after_a_certificate(format!("{CERTIFICATE} {KEY}"), format!("{CERTIFICATE} {MARK}"))]
    #[case::key_within_a_certificate_without_end(
        format!("{} {KEY}", &CERTIFICATE[..30]),
        format!("{} {MARK}", &CERTIFICATE[..30])
    )]
    fn only_public_blocks_stay(#[case] text: String, #[case] expected: String) {
        let blocks = Regex::new(BLOCK).unwrap();
        assert_eq!(blocks.replace_all(&text, redact_block), expected);
    }
}
