//! A Secret within a text: a manifest in YAML, or JSON in the middle of a line. Of its data, only the keys stay.

use crate::log_time::without_log_time;
use crate::mark::MARK;
use crate::pattern::constant_pattern;
use regex::Regex;
use std::sync::LazyLock;

/// The kind of a Secret or a list of them, in YAML, JSON, or JSON within JSON.
pub(crate) const SECRET_KIND: &str = r#"(?x) kind \\* ["']? \s* : \s* \\* ["']? Secret (?:List)? \b "#;

/// The beginning of the data in JSON, up to its brace.
static JSON_DATA: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(r#"(?x) \\* ["'] (?:data|stringData) \\* ["'] \s* : \s* \{ "#));

/// The text without the data of its Secrets.
pub(crate) fn redact_manifests(text: &str) -> String {
    redact_yaml(&remove_json_data(text))
}

/// Empties the data in JSON: nothing stays between its braces.
fn remove_json_data(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut copied = 0;
    for field in JSON_DATA.find_iter(text) {
        if field.start() < copied {
            continue;
        }
        kept.push_str(&text[copied..field.end()]);
        copied = field.end() + closing_brace(&text[field.end()..]);
    }
    kept + &text[copied..]
}

/// Where the brace closes that was opened before this text, or its end if the text was cut. Braces in strings do not
/// count.
fn closing_brace(rest: &str) -> usize {
    let mut depth = 1_usize;
    let mut is_in_string = false;
    let mut backslashes = 0_usize;
    // How many backslashes stand before a quote that begins or ends a string: in JSON within JSON there are some.
    let mut of_string_quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'\\' => {
                backslashes += 1;
                continue;
            }
            b'"' if backslashes <= *of_string_quote.get_or_insert(backslashes) => {
                is_in_string = !is_in_string;
            }
            b'{' if !is_in_string => depth += 1,
            b'}' if !is_in_string => depth -= 1,
            _ => {}
        }
        backslashes = 0;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Redacts the values below `data` and `stringData`, line by line.
fn redact_yaml(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    // The indentation of the field whose lines below it are the data; none outside of it.
    let mut data: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let undated = without_log_time(line);
        let content = undated.trim_start_matches(' ').trim_start_matches("- ");
        let indent = undated.len() - content.len();
        let start = &line[..line.len() - content.len()];
        let line_break = &line[line.trim_end_matches(['\n', '\r']).len()..];
        let is_blank = content.trim().is_empty();
        if data.is_some_and(|data| indent <= data && !is_blank) {
            data = None;
        }
        match (data, content.split_once(':')) {
            (Some(_), _) if is_blank || content.trim() == MARK => redacted.push_str(line),
            (Some(_), Some((key, value))) if !value.trim().is_empty() => {
                redacted.extend([start, key, ": ", MARK, line_break]);
            }
            (Some(_), _) => redacted.extend([start, MARK, line_break]),
            (None, Some(("data" | "stringData", value))) if value.trim().is_empty() => {
                data = Some(indent);
                redacted.push_str(line);
            }
            (None, Some((key @ ("data" | "stringData"), value))) if value.trim() != "{}" => {
                redacted.extend([start, key, ": ", MARK, line_break]);
            }
            (None, _) => redacted.push_str(line),
        }
    }
    redacted
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    #[rstest]
    #[case::yaml(
        "kind: Secret\ndata:\n  a: eA==\n  b: |\n    c\n    d: e\ntype: Opaque\n---\nkind: ConfigMap\n",
        "kind: Secret\ndata:\n  a: [redacted]\n  b: [redacted]\n    [redacted]\n    d: [redacted]\ntype: Opaque\n---\nkind: ConfigMap\n"
    )]
    #[case::flow("kind: Secret\nstringData: {a: b}\nx: y", "kind: Secret\nstringData: [redacted]\nx: y")]
    #[case::in_a_list(
        "- kind: Secret\n  data:\n    a: b\n- kind: Pod",
        "- kind: Secret\n  data:\n    a: [redacted]\n- kind: Pod"
    )]
    #[case::json_in_a_line(
        r#"made {"kind":"Secret","data":{"a":"x}"},"b":1} now"#,
        r#"made {"kind":"Secret","data":{},"b":1} now"#
    )]
    #[case::escaped_json(
        r#"made "{\"kind\":\"Secret\",\"data\":{\"a\":\"x\\\"}\"},\"b\":1}" now"#,
        r#"made "{\"kind\":\"Secret\",\"data\":{},\"b\":1}" now"#
    )]
    fn data_of_a_secret_is_hidden(#[case] before: &str, #[case] after: &str) {
        assert_eq!(crate::redaction::text(before), after);
        assert_eq!(crate::redaction::text(after), after);
    }

    #[rstest]
    #[case("kind: ConfigMap\ndata:\n  a: b\n")]
    #[case("kind: SecretStore\ndata:\n  a: b\n")]
    fn what_is_no_secret_stays(#[case] text: &str) {
        assert_eq!(crate::redaction::text(text), text);
    }
}
