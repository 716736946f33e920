//! The forms that a known secret takes in other texts: escaped as in JSON or a URL, or encoded as hexadecimal or
//! base64.

use crate::mark::MIN_SECRET;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The forms of a secret, the longest first: one form may begin with another.
pub(crate) fn forms_of_secret(secret: &str) -> Vec<String> {
    let mut forms = BTreeSet::from([secret.to_owned(), in_json(secret), in_url(secret), in_hex(secret)]);
    forms.extend(in_base64(secret.as_bytes()));
    forms.retain(|form| form.len() >= MIN_SECRET);
    let mut forms: Vec<_> = forms.into_iter().collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

/// A pattern that matches each of these forms. An alternation takes the first that matches.
pub(crate) fn pattern_of_forms(forms: &[String]) -> String {
    let forms: Vec<_> = forms.iter().map(|form| regex::escape(form)).collect();
    format!("(?:{})", forms.join("|"))
}

fn in_json(secret: &str) -> String {
    serde_json::Value::from(secret).to_string().trim_matches('"').to_owned()
}

fn in_hex(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // none: writing to a String does not fail
        text
    })
}

fn in_url(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}"); // none: writing to a String does not fail
        }
        text
    })
}

/// The digits of base64 that depend on the secret alone, for each of the three positions at which it can begin in a
/// group of three bytes.
fn in_base64(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for offset in 0..3 {
        let bytes: Vec<u8> = std::iter::repeat_n(0, offset).chain(secret.iter().copied()).collect();
        // A digit holds six bits; those that are shared with the bytes around the secret are left out.
        let (start, end) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
        for encoded in [BASE64_STANDARD_NO_PAD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)] {
            forms.extend(encoded.get(start..end).map(ToOwned::to_owned));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;
    use regex::Regex;
    use rstest::rstest;

    const SECRET: &str = "hun\"ter/2?ÿÿ";

    #[rstest]
    #[case::itself(SECRET.to_owned())]
    #[case::json(serde_json::json!({"a": SECRET}).to_string())]
    #[case::url("hun%22ter%2F2%3F%C3%BF%C3%BF".to_owned())]
    #[case::hex("68756e227465722f323fc3bfc3bf".to_owned())]
    #[case::alone(BASE64_STANDARD.encode(SECRET))]
    #[case::behind_one(BASE64_STANDARD.encode(format!("a{SECRET}b")))]
    #[case::behind_two(BASE64_STANDARD.encode(format!("u:{SECRET}")))]
    #[case::behind_three(BASE64_URL_SAFE_NO_PAD.encode(format!("abc{SECRET}de")))]
    fn each_form_is_known(#[case] text: String) {
        let pattern = Regex::new(&pattern_of_forms(&forms_of_secret(SECRET))).unwrap();
        assert!(pattern.is_match(&text), "{text}\n{pattern}");
        assert!(!pattern.is_match("hunter2 is somebody else"));
    }
}
