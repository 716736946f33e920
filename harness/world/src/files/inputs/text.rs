//! The text of a file's bytes.

use std::borrow::Cow;

/// The bytes are no text. With the line of the first that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotText {
    pub(crate) line: usize,
}

/// The text of a file, without a byte order mark. UTF-16 is what a redirection in PowerShell writes.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => decode_utf8(rest),
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        bytes => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
    let line_of = |until: usize| bytes[..until].split(|byte| *byte == b'\n').count();
    let text = std::str::from_utf8(bytes).map_err(|error| NotText { line: line_of(error.valid_up_to()) })?;
    match text.find('\0') {
        Some(at) => Err(NotText { line: line_of(at) }),
        None => Ok(Cow::Borrowed(text)),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match letter {
            Ok(letter) if letter != '\0' => text.push(letter),
            Ok(_) | Err(_) => return Err(NotText { line: 1 + text.matches('\n').count() }),
        }
    }
    if rest.is_empty() { Ok(Cow::Owned(text)) } else { Err(NotText { line: 1 + text.matches('\n').count() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain(b"a: \xc3\xbc".as_slice(), Ok("a: ü"))]
    #[case::mark(b"\xef\xbb\xbfa: 1", Ok("a: 1"))]
    #[case::little_endian(b"\xff\xfea\0:\0", Ok("a:"))]
    #[case::big_endian(b"\xfe\xff\0a\0:", Ok("a:"))]
    #[case::nothing(b"", Ok(""))]
    #[case::latin_1(b"a: 1\nb: \xfc\n", Err(2))]
    #[case::binary(b"a\n\n\0", Err(3))]
    #[case::half_a_letter(b"\xff\xfea", Err(1))]
    #[case::half_a_pair(b"\xff\xfe\x00\xd8\n\0", Err(1))]
    fn text_is_decoded(#[case] bytes: &[u8], #[case] expected: Result<&str, usize>) {
        let decoded = decode(bytes);
        assert_eq!(decoded.as_deref().map_err(|error| error.line), expected);
    }
}
