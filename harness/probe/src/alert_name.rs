//! The names of TLS alerts, as RFC 8446 writes them.

use rustls::AlertDescription;

/// The name of an alert by its number: `certificate_required`.
pub(crate) fn alert_name(number: u8) -> String {
    let camel = format!("{:?}", AlertDescription::from(number));
    let mut name = String::with_capacity(camel.len() + 4);
    let mut previous_is_lower = false;
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && previous_is_lower {
            name.push('_');
        }
        previous_is_lower = letter.is_ascii_lowercase();
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(40, "handshake_failure")]
    #[case(48, "unknown_ca")]
    #[case(116, "certificate_required")]
    fn alert_name_is_that_of_the_rfc(#[case] number: u8, #[case] name: &str) {
        assert_eq!(alert_name(number), name);
    }
}
