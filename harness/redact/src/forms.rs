//! The forms in which a known secret stands in other texts: escaped, or encoded.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A pattern that matches the text in each of its forms.
pub(super) fn pattern(secret: &str) -> String {
    let mut forms = BTreeSet::from([secret.to_owned(), in_json(secret), in_url(secret), in_hex(secret)]);
    forms.extend(in_base64(secret.as_bytes()));
    forms.retain(|form| form.len() >= crate::mark::SHORTEST);
    // The longest first: one form can begin another.
    let mut forms: Vec<_> = forms.iter().map(|form| regex::escape(form)).collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    format!("(?:{})", forms.join("|"))
}

fn in_json(secret: &str) -> String {
    serde_json::Value::from(secret).to_string().trim_matches('"').to_owned()
}

fn in_hex(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn in_url(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// What is the same in base64 whatever stands around it, for each of the three places at which it can begin.
fn in_base64(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let all: Vec<u8> = std::iter::repeat_n(0, before).chain(secret.iter().copied()).collect();
        // A digit holds six bits; those that are shared with what is around are left out.
        let (from, until) = ((before * 8).div_ceil(6), all.len() * 8 / 6);
        for encoded in [BASE64_STANDARD_NO_PAD.encode(&all), BASE64_URL_SAFE_NO_PAD.encode(&all)] {
            forms.extend(encoded.get(from..until).map(ToOwned::to_owned));
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
        let pattern = Regex::new(&pattern(SECRET)).unwrap();
        assert!(pattern.is_match(&text), "{text}\n{pattern}");
        assert!(!pattern.is_match("hunter2 is somebody else"));
    }
}
