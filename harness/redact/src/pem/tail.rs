//! The end of a private key whose beginning was cut off, as at the top of a log that was read from the middle.

/// The last line of a private key.
pub(crate) const END: &str = r"(?x) -----END\ [A-Z0-9\ ]* PRIVATE\ KEY [A-Z\ ]* -----";

/// A line of base64 of a body is at least so long, in digits. The last one may be shorter.
const MIN_LINE: usize = 16;

/// Where the body of a key begins, of which the last line begins at `end`: as far back as each line ends in base64.
/// What a log writes before the base64 of a line is redacted with it.
pub(crate) fn body_start(text: &str, end: usize) -> usize {
    let own_line = line_start(&text[..end]);
    // The base64 may end on the same line, before the END. If it does not, what a log writes there is redacted, too.
    let mut start = if ends_in_base64(text[own_line..end].trim_end()) { end } else { own_line };
    let mut min_digits = 1;
    while let Some(line) = base64_line_before(text, start, min_digits) {
        start = line;
        min_digits = MIN_LINE;
    }
    start
}

/// Where the line before this place begins, if it ends in at least so many digits of base64.
fn base64_line_before(text: &str, at: usize, min_digits: usize) -> Option<usize> {
    let before = text[..at].trim_end_matches(['\n', '\r', ' ']);
    let before = before.strip_suffix("\\n").unwrap_or(before);
    let start = line_start(before);
    let line = &before[start..];
    (last_word(line).len() >= min_digits && ends_in_base64(line)).then_some(start)
}

/// Where the last line of a text begins. A line break may be written as `\n`.
fn line_start(text: &str) -> usize {
    let behind = |line_break: &str| text.rfind(line_break).map_or(0, |at| at + line_break.len());
    behind("\n").max(behind("\\n"))
}

/// Whether the last word of a line is base64, or empty.
fn ends_in_base64(line: &str) -> bool {
    last_word(line).bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

/// What stands behind the last blank or quote of a line.
fn last_word(line: &str) -> &str {
    line.rsplit([' ', '\t', '"', '\'']).next().unwrap_or_default() // none: a split has a part
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const LINE: &str = "ggSkAgEAAoIBAQC7ggSkAgEAAoIBAQC7";
    const LAST: &str = "-----END PRIVATE KEY-----";

    #[rstest]
    #[case::lines(format!("{LINE}\n{LINE}\nabc=\n"), "")]
    #[case::lines_in_json(format!(r"{LINE}\n{LINE}\nabc=\n"), "")]
    #[case::on_one_line(format!("{LINE} "), "")]
    #[case::lines_of_a_log(format!("12:00 {LINE}\n12:01 {LINE}\n12:02 "), "")]
    #[case::behind_other_lines(format!("a log\nof two lines.\n{LINE}\n{LINE}\nabc=\n"), "a log\nof two lines.\n")]
    #[case::behind_a_short_word(format!("before\n{LINE}\nabc=\n"), "before\n")]
    #[case::behind_a_quote(format!("{{\"key\": \"{LINE}\n"), "")]
    #[case::without_a_body("a log\nof two lines.\n".to_owned(), "a log\nof two lines.\n")]
    #[case::alone(String::new(), "")]
    fn body_goes_back_as_far_as_lines_are_base64(#[case] before: String, #[case] stays: &str) {
        let text = format!("{before}{LAST}\n");
        assert_eq!(&text[..body_start(&text, before.len())], stays);
    }
}
