//! PEM (RFC 7468): what is public stays, and what was cut goes with the rest.

use crate::mark::MARK;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// PEM, to its end or to the end of a text that was cut. Line breaks may be written as `\n`.
pub(super) const BLOCK: &str = r"(?s)-----BEGIN ([A-Z0-9 ]+)-----.*?(?:-----END ([A-Z0-9 ]+)-----|\z)";
/// The end of a key whose beginning was cut off.
pub(super) const END: &str = r"-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----";
/// A key in base64 without the lines around it: PKCS 8, PKCS 1 and SEC 1 begin with their version, a certificate does not.
pub(super) const KEY: &str = r"M(?:II[A-Z][A-Za-z0-9+/][AQgw]IBA[AD]|I[GH][A-Za-z0-9+/]AgEA[MB]|I[GH][A-Za-z0-9+/]AgEBB|HcCAQEE|[CF][4E]CAQ[AE]wBQYDK2V)[A-Za-z0-9+/=]{20,}(?:(?:\s|\\[rn])+(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?[A-Za-z0-9+/]{40,}={0,2})*(?:(?:\s|\\[rn])+(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?[A-Za-z0-9+/]*={1,2})?";

static BLOCKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(BLOCK).ok());

/// What stays of a block.
pub(super) fn kept(found: &Captures<'_>) -> String {
    let (all, label) = (&found[0], &found[1]);
    if !is_public(label) {
        return MARK.to_owned();
    }
    // A block without an end goes on into the next one.
    if let Some((_, next)) = all.match_indices("-----BEGIN ").nth(1).map(|(at, _)| all.split_at(at))
        && let Some(blocks) = BLOCKS.as_ref()
    {
        let before = &all[..all.len() - next.len()];
        return format!("{before}{}", blocks.replace_all(next, kept));
    }
    match found.get(2) {
        Some(end) if !is_public(end.as_str()) => MARK.to_owned(),
        _ => all.to_owned(),
    }
}

/// Where the body of a key begins that ends here: as far back as the lines are base64, behind what a log writes first.
pub(super) fn begin_of_body(text: &str, end: usize) -> usize {
    let is_body =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    let line_of = |before: &str| {
        before.rfind('\n').map_or(0, |at| at + 1).max(before.rfind("\\n").map_or(0, |at| at + 2))
    };
    let last_word = |line: &str| line.rsplit([' ', '\t', '"', '\'']).next().unwrap_or_default().len();
    let own = line_of(&text[..end]);
    let before = text[own..end].trim_end();
    let mut begin = if is_body(&before[before.len() - last_word(before)..]) { end } else { own };
    let mut is_last = true;
    while begin > 0 {
        let before = text[..begin].trim_end_matches(['\n', '\r', ' ']);
        let before = before.strip_suffix("\\n").unwrap_or(before);
        let line = line_of(before);
        let word = &before[before.len() - last_word(&before[line..])..];
        if word.is_empty() || !is_body(word) || (word.len() < 16 && !is_last) {
            break;
        }
        // What a log writes before each line is no part of the word, and goes with it.
        (begin, is_last) = (line, false);
    }
    begin
}

/// Whether a block with this label is meant to be seen.
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
