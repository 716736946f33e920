//! A Secret within a text: a manifest in YAML, or JSON in the middle of a line. Of its data, only the keys stay.

use crate::extent;
use crate::mark::MARK;
use regex::Regex;
use std::sync::LazyLock;

/// That there is one.
pub(super) const KIND: &str = r#"kind\\*["']?\s*:\s*\\*["']?Secret(?:List)?\b"#;

static DATA: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\\*["'](?:data|stringData)\\*["']\s*:\s*\{"#).ok());

/// The text without the data.
pub(super) fn redacted(text: &str) -> String {
    in_yaml(&in_json(text))
}

/// JSON that is not alone: the data is taken out whole.
fn in_json(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for found in DATA.iter().flat_map(|data| data.find_iter(text)) {
        if found.start() < at {
            continue;
        }
        kept.push_str(&text[at..found.end()]);
        at = found.end() + data_ends(&text[found.end()..]);
    }
    kept + &text[at..]
}

/// Where the brace closes that was just opened. Braces in quotes do not count.
fn data_ends(rest: &str) -> usize {
    let (mut depth, mut quoted, mut run, mut outer) = (1_usize, false, 0_usize, None);
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'\\' => {
                run += 1;
                continue;
            }
            b'"' if run <= *outer.get_or_insert(run) => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => depth -= 1,
            _ => {}
        }
        run = 0;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn in_yaml(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    // How far the field is indented that holds the data.
    let mut data: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let undated = extent::undated(line);
        let bare = undated.trim_start_matches(' ').trim_start_matches("- ");
        // The time before it counts for none.
        let (indent, before) = (undated.len() - bare.len(), &line[..line.len() - bare.len()]);
        if data.is_some_and(|data| indent <= data && !bare.trim().is_empty()) {
            data = None;
        }
        let end = &line[line.trim_end_matches(['\n', '\r']).len()..];
        match (data, bare.split_once(':')) {
            (Some(_), _) if bare.trim().is_empty() || bare.trim() == MARK => kept.push_str(line),
            (Some(_), Some((key, value))) if !value.trim().is_empty() => {
                kept.extend([before, key, ": ", MARK, end]);
            }
            (Some(_), _) => kept.extend([before, MARK, end]),
            (None, Some(("data" | "stringData", value))) if value.trim().is_empty() => {
                data = Some(indent);
                kept.push_str(line);
            }
            (None, Some((key @ ("data" | "stringData"), value))) if value.trim() != "{}" => {
                kept.extend([before, key, ": ", MARK, end]);
            }
            (None, _) => kept.push_str(line),
        }
    }
    kept
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
