//! How far the value behind a name goes: to its closing quote, or to the end of its line or word.

use crate::log_time::without_log_time;
use crate::mark::MARK;
use std::ops::Range;

/// In bytes. A shorter value tells nothing.
const MIN_VALUE: usize = 3;
/// Values that are no secrets, in small letters.
const NO_SECRETS: &[&str] = &["true", "false", "null", "nil", "none", "not", "unset", "<nil>"];

/// What the name in front of a value is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    /// A header. Without quotes, its value goes to the end of the line.
    Header,
    /// A setting. Without quotes, its value is a word, or goes to the end of the line if the name begins the line.
    Setting,
    /// A flag of a command line. Its value is a word.
    Flag,
}

/// The range of the value behind a name, or none if there is no value, or one that is known not to be secret. `name`
/// includes the separator between the two.
pub(crate) fn value_range(kind: ValueKind, text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let (before, rest) = (&text[..name.start], &text[name.end..]);
    if rest.starts_with(MARK) || (kind == ValueKind::Flag && rest.starts_with(['-', '<'])) {
        return None;
    }
    let quote = Quote::at_start(rest);
    if ends_with_comma(&text[name.clone()]) && (quote.is_none() || !is_first_of_list(before)) {
        return None;
    }
    let value = match quote {
        Some(quote) => quote.content(rest),
        None if rest.starts_with('[') => bracketed(rest),
        None if rest.starts_with('{') => return None,
        None => block_scalar(rest).unwrap_or_else(|| unquoted(kind, before, rest)),
    };
    is_secret(&rest[value.clone()]).then(|| name.end + value.start..name.end + value.end)
}

fn is_secret(value: &str) -> bool {
    value.len() >= MIN_VALUE && value != MARK && !NO_SECRETS.contains(&value.to_lowercase().as_str())
}

/// Whether name and value are items of a list: `"name", "value"`.
fn ends_with_comma(name: &str) -> bool {
    name.trim_end().ends_with(',')
}

/// Whether a name is the first item of a list, by the text before it. Of that, the beginning of the name's own word
/// is no part: a pattern may find `token` in `"x-auth-token"`.
fn is_first_of_list(before: &str) -> bool {
    let before = before.trim_end_matches(|letter: char| letter.is_alphanumeric() || "-_.".contains(letter));
    before.trim_end_matches(['"', '\'', '\\']).trim_end().ends_with('[')
}

/// The quote that opens a value. In JSON within JSON it is escaped: `\"`, `\\\"`.
struct Quote {
    letter: char,
    /// How many backslashes stand before it.
    backslashes: usize,
}

impl Quote {
    fn at_start(rest: &str) -> Option<Self> {
        let backslashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
        let letter = rest[backslashes..].chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        Some(Self { letter, backslashes })
    }

    /// What is quoted: up to the next quote that has no more backslashes than this one, or to the end of a text that
    /// was cut.
    fn content(&self, rest: &str) -> Range<usize> {
        let start = self.backslashes + 1;
        let content = &rest[start..];
        let closing = content.match_indices(self.letter).find_map(|(at, _)| {
            let backslashes = content[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            (backslashes <= self.backslashes).then_some(at - backslashes)
        });
        start..start + closing.unwrap_or(content.len())
    }
}

/// A list as Go prints it: `[Bearer abc]`.
fn bracketed(rest: &str) -> Range<usize> {
    1..rest.find(']').unwrap_or(rest.len())
}

/// The content of a block scalar of YAML (`|` or `>`): from its first line to the last that is indented as far.
fn block_scalar(rest: &str) -> Option<Range<usize>> {
    let (header, body) = rest.split_once('\n')?;
    let indicators = header.strip_prefix(['|', '>'])?;
    let first_line = body.split_inclusive('\n').next()?;
    let indent = indentation(first_line);
    if indent == 0 || !indicators.trim().bytes().all(|byte| b"+-0123456789".contains(&byte)) {
        return None;
    }
    let belongs = |line: &&str| indentation(line) >= indent || without_log_time(line).trim().is_empty();
    let end: usize = body.split_inclusive('\n').take_while(belongs).map(str::len).sum();
    let start = first_line.len() - without_log_time(first_line).len() + indent;
    let content = body[start..end].trim_end();
    let start = header.len() + 1 + start;
    Some(start..start + content.len())
}

/// How many blanks a line begins with, behind the time of a log.
fn indentation(line: &str) -> usize {
    let line = without_log_time(line);
    line.len() - line.trim_start_matches(' ').len()
}

/// A value without quotes. Brackets that close something around it are no part of it.
fn unquoted(kind: ValueKind, before: &str, rest: &str) -> Range<usize> {
    let is_line = match kind {
        ValueKind::Header => true,
        ValueKind::Setting => is_first_of_line(before),
        ValueKind::Flag => false,
    };
    let end = rest.char_indices().find_map(|(at, letter)| {
        let next = rest[at + letter.len_utf8()..].chars().next();
        let is_end = if is_line { ends_line(letter, next) } else { ends_word(letter, next) };
        is_end.then_some(at)
    });
    0..rest[..end.unwrap_or(rest.len())].trim_end_matches([' ', ',', ';', ')', '}', ']']).len()
}

/// Whether a letter ends a value that goes to the end of its line: a line break, or a quote around the line.
fn ends_line(letter: char, next: Option<char>) -> bool {
    match letter {
        '"' | '\'' => next.is_none_or(|next| ",}])".contains(next) || next.is_whitespace()),
        _ => is_line_break_or_escape(letter, next),
    }
}

/// Whether a letter ends a value that is a word.
fn ends_word(letter: char, next: Option<char>) -> bool {
    matches!(letter, '"' | '\'') || letter.is_whitespace() || is_line_break_or_escape(letter, next)
}

/// A line break as such or written as `\n`, or an escaped quote.
fn is_line_break_or_escape(letter: char, next: Option<char>) -> bool {
    match letter {
        '\n' | '\r' => true,
        '\\' => matches!(next, Some('n' | 'r' | '"' | '\'')),
        _ => false,
    }
}

/// Whether a name is in the first word of its line, by the text before it. The mark of an item of a YAML list does
/// not count.
fn is_first_of_line(before: &str) -> bool {
    let before =
        before.trim_end_matches(|letter: char| letter.is_alphanumeric() || "-_.\"'".contains(letter));
    let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
    without_log_time(line).trim_end_matches([' ', '\t', '-']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::word(ValueKind::Setting, "login password=", "a,b;c& then", "a,b;c&")]
    #[case::closed(ValueKind::Setting, "{password: ", "abc}", "abc")]
    #[case::line(ValueKind::Setting, "a: b\n  password: ", "correct horse\nc: d", "correct horse")]
    #[case::quoted(ValueKind::Setting, "password=", r#""a,b c";"#, "a,b c")]
    #[case::quote_within(ValueKind::Setting, r#""password":"#, r#""a\"b","c":1"#, r#"a\"b"#)]
    #[case::escaped(ValueKind::Setting, r#"\"password\":"#, r#"\"a\\\"b\",\"c\":1"#, r#"a\\\"b"#)]
    #[case::never_closed(ValueKind::Setting, r#""password":"#, r#""abc"#, "abc")]
    #[case::block(ValueKind::Setting, "password: ", "|-\n  abc\n  def\nother: 1", "abc\n  def")]
    #[case::header(ValueKind::Header, "Cookie: ", "a=\"q\"; b=c\r\nHost: a", "a=\"q\"; b=c")]
    #[case::header_in_a_command(ValueKind::Header, "curl -H 'Cookie: ", "a=b' https://host", "a=b")]
    #[case::list(ValueKind::Header, "map[Authorization:", "[Bearer abc] Host:[a]]", "Bearer abc")]
    #[case::pair(ValueKind::Setting, r#"["x-api-key","#, r#""abc"]"#, "abc")]
    #[case::no_pair(ValueKind::Setting, r#""user","password","#, r#""abc"]"#, "")]
    #[case::nothing(ValueKind::Setting, "password: ", "null", "")]
    #[case::done(ValueKind::Header, "cookie: ", "[redacted]", "")]
    #[case::reference(ValueKind::Setting, r#""password":"#, r#"{"name":"abc"}"#, "")]
    #[case::next_flag(ValueKind::Flag, "--password ", "--user", "")]
    fn value_ends_where_it_ends(
        #[case] kind: ValueKind,
        #[case] name: &str,
        #[case] rest: &str,
        #[case] expected: &str,
    ) {
        let text = format!("{name}{rest}");
        let at =
            text.find(|letter: char| letter.eq_ignore_ascii_case(&'p')).filter(|_| kind != ValueKind::Header);
        let found = value_range(kind, &text, &(at.unwrap_or(name.len() - 1)..name.len()));
        assert_eq!(found.map_or("", |found| &text[found]), expected);
    }
}
