//! Secrets in base64: what would be taken out of the text is taken out of its encoding, all of it.

use crate::mark::{MARK, RedactText};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};
use std::borrow::Cow;

/// PEM, as the data of a Secret, or wrapped as the program `base64` wraps it.
pub(super) const PEM: &str = r"LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]+(?:(?:\s|\\[rn])+(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?\s*[A-Za-z0-9+/_-]{40,}={0,2})*(?:(?m:\r?\n(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?[ \t]*[A-Za-z0-9+/_-]+={0,2}$)|\\n[A-Za-z0-9+/_-]*={1,2})?";
/// What is shorter cannot hold a secret with its name.
const SHORTEST: usize = 32;

/// A text that was cut is read as far as it goes.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// What stays of PEM in base64: all of it where every block is public.
pub(super) fn kept_of_pem(text: &str, redact: RedactText) -> String {
    match decode(text).map(|pem| matches!(redact(&pem), Cow::Borrowed(_))) {
        Some(true) => text.to_owned(),
        Some(false) | None => MARK.to_owned(),
    }
}

/// The text without what is base64 of a text with a secret in it. None where there is nothing of it.
pub(super) fn redacted(text: &str, redact: RedactText) -> Option<String> {
    let mut kept: Option<String> = None;
    let mut at = 0;
    let mut begin = 0;
    let bytes = text.as_bytes();
    for end in 0..=bytes.len() {
        if bytes.get(end).is_some_and(|byte| is_digit(*byte)) {
            continue;
        }
        if end - begin >= SHORTEST && hides(&text[begin..end], redact) {
            let kept = kept.get_or_insert_default();
            kept.extend([&text[at..begin], MARK]);
            // The padding goes, too.
            at = end + bytes[end..].iter().take_while(|byte| **byte == b'=').count();
        }
        begin = end + 1;
    }
    kept.map(|kept| kept + &text[at..])
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Whether it is base64 of a text with a secret in it. Names and paths have small letters alone.
fn hides(digits: &str, redact: RedactText) -> bool {
    digits.bytes().any(|byte| byte.is_ascii_uppercase())
        && decode(digits).is_some_and(|plain| matches!(redact(&plain), Cow::Owned(_)))
}

/// The text that was encoded, if it was one.
fn decode(text: &str) -> Option<String> {
    let mut digits: String =
        text.split("\\n").flat_map(str::split_whitespace).filter(|part| !part.contains(':')).collect();
    digits.truncate(digits.trim_end_matches('=').len());
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    let is_url_safe = digits.contains(['-', '_']);
    let bytes = if is_url_safe { URL_SAFE.decode(&digits) } else { STANDARD.decode(&digits) }.ok()?;
    match String::from_utf8(bytes) {
        Ok(plain) => Some(plain),
        // The last letter was cut.
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
