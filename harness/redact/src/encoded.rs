//! Secrets in base64: an encoded text is redacted as a whole where the text itself would be redacted in part.

use crate::mark::{MARK, RedactText};
use crate::splice::Splice;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};
use std::borrow::Cow;
use std::ops::Range;

/// The base64 of a text that begins with `-----BEGIN `, as in the data of a Secret, or wrapped as the program
/// `base64` wraps it.
pub(crate) const ENCODED_PEM: &str = concat!(
    r"(?x)
    # `-----BEGIN `, and the rest of the first line.
    LS0tLS1CRUdJTi [A-Za-z0-9+/=_-]+
    # Full lines.
    (?: ",
    crate::log_time::next_line!(),
    r" \s* [A-Za-z0-9+/_-]{40,} ={0,2} )*
    # The last line: alone on its line, or with padding where line breaks are written as `\n`.
    (?: (?m: \r?\n ",
    crate::log_time::log_time!(),
    r" [\ \t]* [A-Za-z0-9+/_-]+ ={0,2} $ )
      | \\n [A-Za-z0-9+/_-]* ={1,2}
    )?"
);

/// In digits. A shorter text cannot hold a secret and its name.
const MIN_ENCODED: usize = 32;

/// Decodes a text that was cut as far as it goes.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// What encoded PEM is replaced by: itself if each of its blocks is public, the mark otherwise.
pub(crate) fn redact_encoded_pem(encoded: &str, redact: RedactText) -> String {
    match decode(encoded).map(|pem| matches!(redact(&pem), Cow::Borrowed(_))) {
        Some(true) => encoded.to_owned(),
        Some(false) | None => MARK.to_owned(),
    }
}

/// The text without each word of base64 that decodes to a text with a secret.
pub(crate) fn redact_encoded(text: &str, redact: RedactText) -> Cow<'_, str> {
    let mut splice = Splice::new(text);
    for word in digit_runs(text).filter(|word| word.len() >= MIN_ENCODED) {
        if hides_secret(&text[word.clone()], redact) {
            let padding = text[word.end..].bytes().take_while(|byte| *byte == b'=').count();
            splice.replace(word.start..word.end + padding);
        }
    }
    splice.finish()
}

/// The longest runs of digits of base64.
fn digit_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let mut start = 0;
    text.as_bytes().split(move |byte| !is_digit(byte)).map(move |run| {
        let range = start..start + run.len();
        start = range.end + 1;
        range
    })
}

/// Whether it is base64 of a text with a secret in it. Names and paths are not decoded: they have no capital letters.
fn hides_secret(digits: &str, redact: RedactText) -> bool {
    digits.bytes().any(|byte| byte.is_ascii_uppercase())
        && decode(digits).is_some_and(|text| matches!(redact(&text), Cow::Owned(_)))
}

/// The text that was encoded, or none if it was no text. Line breaks and the times of a log are skipped.
fn decode(encoded: &str) -> Option<String> {
    let words = encoded.split("\\n").flat_map(str::split_whitespace).filter(|word| !word.contains(':'));
    let mut digits: String = words.collect();
    digits.truncate(digits.trim_end_matches('=').len());
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    let is_url_safe = digits.contains(['-', '_']);
    // none: what is no base64 hides no text; the callers redact encoded PEM that is none
    let bytes = if is_url_safe { URL_SAFE.decode(&digits) } else { STANDARD.decode(&digits) }.ok()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        // The text was cut within its last letter.
        Err(error) if error.utf8_error().error_len().is_none() => {
            let valid = error.utf8_error().valid_up_to();
            Some(String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned())
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
    use rstest::rstest;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----";

    fn wrapped(text: &str) -> String {
        let digits = BASE64_STANDARD.encode(text);
        let lines: Vec<_> =
            digits.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        lines.join("\n    ")
    }

    #[rstest]
    #[case::key(&BASE64_STANDARD.encode(KEY), false)]
    #[case::certificate(&BASE64_STANDARD.encode(CERTIFICATE), true)]
    #[case::key_behind_a_certificate(&BASE64_STANDARD.encode(format!("{CERTIFICATE}\n{KEY}")), false)]
    #[case::certificate_that_was_cut(&BASE64_STANDARD.encode(CERTIFICATE)[..57], true)]
    #[case::wrapped(&wrapped(&format!("{CERTIFICATE}\n{CERTIFICATE}\n{CERTIFICATE}\n{KEY}")), false)]
    #[case::wrapped_certificates(&wrapped(&format!("{CERTIFICATE}\n{CERTIFICATE}")), true)]
    #[case::settings(&BASE64_STANDARD.encode(r#"{"user":"u","password":"hunter2"}"#), false)]
    #[case::url_safe(&BASE64_URL_SAFE_NO_PAD.encode("password=ÿÿÿhunter2 and so on, >>>"), false)]
    #[case::harmless(&BASE64_STANDARD.encode(r#"{"user":"u","colour":"blue, or green"}"#), true)]
    #[case::digest("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", true)]
    #[case::name("knative-local-gateway-knative-serving-ingress-of-a-long-name", true)]
    fn base64_stays_where_its_text_would(#[case] encoded: &str, #[case] stays: bool) {
        let text = format!("tls: {encoded}");
        let kept = crate::redaction::text(&text).into_owned();
        assert_eq!(kept, if stays { text } else { "tls: [redacted]".to_owned() });
    }
}
