//! How far a value goes that stands behind its name: to its closing quote, to the end of its line, or of its word.

use std::ops::Range;

/// What is shorter tells nothing.
const SHORTEST: usize = 3;
/// What says that there is no secret.
const NONE: &[&str] = &["true", "false", "null", "nil", "none", "not", "unset", "<nil>"];

/// Whose value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A header: unquoted it goes to the end of its line.
    Header,
    /// A setting: unquoted it is a word, or the rest of the line that begins with its name.
    Setting,
    /// A flag: a word behind a blank.
    Flag,
}

/// The value behind a name that was found here. None where there is none, or where it is known not to be secret.
pub(super) fn of(of: Of, text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let rest = &text[name.end..];
    if rest.starts_with(crate::mark::MARK) || (of == Of::Flag && rest.starts_with(['-', '<'])) {
        return None;
    }
    let slashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
    let quote = rest[slashes..].chars().next().filter(|first| matches!(first, '"' | '\''));
    if is_pair(&text[name.clone()]) && (quote.is_none() || !begins_list(&text[..name.start])) {
        return None;
    }
    let (from, length) = match quote {
        Some(quote) => (slashes + 1, quoted(&rest[slashes + 1..], quote, slashes)),
        None if rest.starts_with('[') => (1, rest[1..].find(']').unwrap_or(rest.len() - 1)),
        None if rest.starts_with('{') => return None,
        None => block(rest).unwrap_or_else(|| (0, unquoted(of, text, name, rest))),
    };
    let value = &rest[from..from + length];
    let is_none =
        value.len() < SHORTEST || value == crate::mark::MARK || NONE.contains(&value.to_lowercase().as_str());
    (!is_none).then(|| name.end + from..name.end + from + length)
}

/// Whether name and value stand side by side, as in a list of two.
fn is_pair(name: &str) -> bool {
    name.trim_end().ends_with(',')
}

/// Whether the name that goes on here is the first item of a list.
fn begins_list(before: &str) -> bool {
    let before = before.trim_end_matches(|letter: char| letter.is_alphanumeric() || "-_.".contains(letter));
    before.trim_end_matches(['"', '\'', '\\']).trim_end().ends_with('[')
}

/// To the quote that closes: one with no more backslashes before it than the one that opened.
fn quoted(rest: &str, quote: char, slashes: usize) -> usize {
    let close = rest.match_indices(quote).find_map(|(at, _)| {
        let run = rest[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        (run <= slashes).then_some(at - run)
    });
    close.unwrap_or(rest.len())
}

/// A block scalar of YAML: from its first line to the last that is indented as far.
fn block(rest: &str) -> Option<(usize, usize)> {
    let (head, body) = rest.split_once('\n')?;
    let date = body.len() - undated(body).len();
    let depth = |line: &str| {
        let line = undated(line);
        line.len() - line.trim_start_matches(' ').len()
    };
    let is_head =
        head.starts_with(['|', '>']) && head[1..].trim().chars().all(|c| "+-0123456789".contains(c));
    let indent = depth(body);
    if !is_head || indent == 0 {
        return None;
    }
    let begin = head.len() + 1 + date + indent;
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        if depth(line) < indent && !undated(line).trim().is_empty() {
            break;
        }
        end += line.len();
    }
    Some((begin, body[date + indent..end.max(date + indent)].trim_end().len()))
}

fn unquoted(of: Of, text: &str, name: &Range<usize>, rest: &str) -> usize {
    let is_line = of == Of::Header || (of == Of::Setting && begins_line(&text[..name.start]));
    let mut end = rest.len();
    for (at, letter) in rest.char_indices() {
        let next = rest[at + letter.len_utf8()..].chars().next();
        let ends = match letter {
            '\n' | '\r' => true,
            '\\' => matches!(next, Some('n' | 'r' | '"' | '\'')),
            '"' | '\'' => !is_line || next.is_none_or(|next| ",}])".contains(next) || next.is_whitespace()),
            letter => !is_line && letter.is_whitespace(),
        };
        if ends {
            end = at;
            break;
        }
    }
    // What closes something around it is no part of it.
    rest[..end].trim_end_matches([' ', ',', ';', ')', '}', ']']).len()
}

/// Whether the name that goes on here is the first word of its line.
fn begins_line(before: &str) -> bool {
    let before =
        before.trim_end_matches(|letter: char| letter.is_alphanumeric() || "-_.\"'".contains(letter));
    let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
    undated(line).trim_end_matches([' ', '\t', '-']).is_empty()
}

/// A line without the time with which a log begins it.
pub(super) fn undated(line: &str) -> &str {
    let is_date = |date: &str| {
        date.len() >= 19 && date.bytes().all(|byte| byte.is_ascii_digit() || b"-:.T+".contains(&byte))
    };
    line.split_once("Z ").filter(|(date, _)| is_date(date)).map_or(line, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::word(Of::Setting, "login password=", "a,b;c& then", "a,b;c&")]
    #[case::closed(Of::Setting, "{password: ", "abc}", "abc")]
    #[case::line(Of::Setting, "a: b\n  password: ", "correct horse\nc: d", "correct horse")]
    #[case::quoted(Of::Setting, "password=", r#""a,b c";"#, "a,b c")]
    #[case::quote_within(Of::Setting, r#""password":"#, r#""a\"b","c":1"#, r#"a\"b"#)]
    #[case::escaped(Of::Setting, r#"\"password\":"#, r#"\"a\\\"b\",\"c\":1"#, r#"a\\\"b"#)]
    #[case::never_closed(Of::Setting, r#""password":"#, r#""abc"#, "abc")]
    #[case::block(Of::Setting, "password: ", "|-\n  abc\n  def\nother: 1", "abc\n  def")]
    #[case::header(Of::Header, "Cookie: ", "a=\"q\"; b=c\r\nHost: a", "a=\"q\"; b=c")]
    #[case::header_in_a_command(Of::Header, "curl -H 'Cookie: ", "a=b' https://host", "a=b")]
    #[case::list(Of::Header, "map[Authorization:", "[Bearer abc] Host:[a]]", "Bearer abc")]
    #[case::pair(Of::Setting, r#"["x-api-key","#, r#""abc"]"#, "abc")]
    #[case::no_pair(Of::Setting, r#""user","password","#, r#""abc"]"#, "")]
    #[case::nothing(Of::Setting, "password: ", "null", "")]
    #[case::done(Of::Header, "cookie: ", "[redacted]", "")]
    #[case::reference(Of::Setting, r#""password":"#, r#"{"name":"abc"}"#, "")]
    #[case::next_flag(Of::Flag, "--password ", "--user", "")]
    fn value_ends_where_it_ends(
        #[case] kind: Of,
        #[case] name: &str,
        #[case] rest: &str,
        #[case] expected: &str,
    ) {
        let text = format!("{name}{rest}");
        let at = text.find(|letter: char| letter.eq_ignore_ascii_case(&'p')).filter(|_| kind != Of::Header);
        let found = of(kind, &text, &(at.unwrap_or(name.len() - 1)..name.len()));
        assert_eq!(found.map_or("", |found| &text[found]), expected);
    }
}
