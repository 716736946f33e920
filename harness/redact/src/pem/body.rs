//! The base64 of a private key without the first line of its block.
//!
//! The DER of each kind of key begins with a SEQUENCE, its length, and a version; that of a certificate continues
//! with another SEQUENCE. So the first digits of the base64 tell them apart.

/// The body of a private key: its first digits, then lines of base64 down to the padding.
pub(crate) const KEY_BODY: &str = concat!(
    r"(?x)
    M (?:
        # RSA, in a SEQUENCE with a length of two bytes (30 82 xx xx), version 0 (02 01 00). Behind the version
        # PKCS 1 has an INTEGER, and PKCS 8 a SEQUENCE: that is the last digit.
        II [A-Z] [A-Za-z0-9+/] [AQgw] IBA [AD]
        # PKCS 8 in a SEQUENCE with a length of one byte (30 81 xx), version 0, and a SEQUENCE or an OCTET STRING.
      | I [GH] [A-Za-z0-9+/] AgEA [MB]
        # SEC 1 in such a SEQUENCE, version 1 and an OCTET STRING (02 01 01 04).
      | I [GH] [A-Za-z0-9+/] AgEBB
        # SEC 1 of the curve P-256 (30 77 02 01 01 04).
      | HcCAQEE
        # Ed25519 and X25519: PKCS 8, version 0 or 1, and the identifiers that begin with 1.3.101.
      | [CF] [4E] CAQ [AE] wBQYDK2V
    )
    # The rest of the first line.
    [A-Za-z0-9+/=]{20,}
    # Full lines.
    (?: ",
    crate::log_time::next_line!(),
    r" [A-Za-z0-9+/]{40,} ={0,2} )*
    # The last line, if it has padding.
    (?: ",
    crate::log_time::next_line!(),
    r" [A-Za-z0-9+/]* ={1,2} )?"
);

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine};
    use regex::Regex;
    use rstest::rstest;

    /// The base64 of 160 bytes that begin with these, in lines of 64 digits.
    fn body(first: &[u8], line_break: &str) -> String {
        let der: Vec<u8> = first.iter().copied().chain((0..=u8::MAX).rev()).take(160).collect();
        let digits = BASE64_STANDARD.encode(der);
        let lines: Vec<_> =
            digits.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        lines.join(line_break)
    }

    #[rstest]
    #[case::pkcs_8_of_rsa(&[0x30, 0x82, 0x04, 0xbe, 2, 1, 0, 0x30])]
    #[case::pkcs_1(&[0x30, 0x82, 0x04, 0xa4, 2, 1, 0, 2])]
    #[case::pkcs_8_of_a_curve(&[0x30, 0x81, 0x87, 2, 1, 0, 0x30])]
    #[case::sec_1(&[0x30, 0x81, 0xa4, 2, 1, 1, 4])]
    #[case::sec_1_of_p256(&[0x30, 0x77, 2, 1, 1, 4])]
    #[case::ed25519(&[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70])]
    #[case::ed25519_with_its_public_half(&[0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70])]
    fn body_of_each_kind_of_key_is_found_whole(
        #[case] first: &[u8],
        #[values("\n", "\\n", "\r\n", "\n2026-01-02T03:04:05.678Z ")] line_break: &str,
    ) {
        let pattern = Regex::new(KEY_BODY).unwrap();
        let body = body(first, line_break);
        assert_eq!(pattern.find(&body).map(|found| found.as_str()), Some(body.as_str()));
    }

    #[rstest]
    #[case::certificate(&[0x30, 0x82, 0x03, 0x0d, 0x30, 0x82, 0x01, 0xf5])]
    #[case::public_key(&[0x30, 0x59, 0x30, 0x13, 6, 7])]
    fn body_of_what_is_public_is_not_found(#[case] first: &[u8]) {
        let pattern = Regex::new(KEY_BODY).unwrap();
        assert!(!pattern.is_match(&body(first, "\n")));
    }
}
