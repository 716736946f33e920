//! Patterns of texts: exact, by prefix, by suffix, or any that is there.

use std::borrow::Cow;

/// Whether a text is matched. Read in `StringMatcher` of `pilot/pkg/security/authz/matcher/string.go`.
pub(super) fn text_matches(pattern: &str, text: &str) -> bool {
    if pattern == "*" {
        return !text.is_empty();
    }
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(suffix), _) => text.ends_with(suffix),
        (None, Some(prefix)) => text.starts_with(prefix),
        (None, None) => text == pattern,
    }
}

/// Whether a host is matched, whatever its case. Read in `HostMatcher` of `pilot/pkg/security/authz/matcher/header.go`.
pub(super) fn host_matches(pattern: &str, host: &str) -> bool {
    pattern == "*" || text_matches(&lower(pattern), &lower(host))
}

/// Whether a header is matched; `*` is met by one without a value, too. Read in `HeaderMatcher`, same file.
pub(super) fn header_matches(pattern: &str, value: Option<&str>) -> bool {
    value.is_some_and(|value| pattern == "*" || text_matches(pattern, value))
}

/// Whether a path is matched: by a template, where there is one in it. Read in `pathGenerator` of
/// `pilot/pkg/security/authz/model/generator.go` and `sanitizePathTemplate` of `pilot/pkg/security/authz/matcher/template.go`.
pub(super) fn path_matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains("{*}") && !pattern.contains("{**}") {
        return text_matches(pattern, path);
    }
    let template = pattern.replace("{**}", "**").replace("{*}", "*");
    segments_match(&template.split('/').collect::<Vec<_>>(), &path.split('/').collect::<Vec<_>>())
}

/// Whether segments are matched: `*` is one that is not empty, `**` any number of them, none included.
fn segments_match(template: &[&str], path: &[&str]) -> bool {
    match (template, path) {
        ([], []) | (["**"], [_, ..]) => true,
        (["**", rest @ ..], [_, ..]) => (1..=path.len()).any(|taken| segments_match(rest, &path[taken..])),
        ([first, rest @ ..], [segment, others @ ..]) => {
            let is_matched = if *first == "*" { !segment.is_empty() } else { first == segment };
            is_matched && segments_match(rest, others)
        }
        _ => false,
    }
}

/// Whether a text is matched by literals with any text between them.
pub(super) fn glob_matches(pattern: &str, text: &str) -> bool {
    let mut literals = pattern.split('*');
    let first = literals.next().unwrap_or_default(); // none: a split has a first part
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let literals: Vec<_> = literals.collect();
    let Some((last, between)) = literals.split_last() else { return rest.is_empty() };
    for literal in between {
        let Some(place) = rest.find(literal) else { return false };
        rest = &rest[place + literal.len()..];
    }
    rest.ends_with(last)
}

fn lower(text: &str) -> Cow<'_, str> {
    text.to_ascii_lowercase().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::exact("/healthz", "/healthz", true)]
    #[case::prefix("/tenant-1/*", "/tenant-1/broker", true)]
    #[case::suffix("*/metrics", "/app/metrics", true)]
    #[case::other("/healthz", "/healthz/", false)]
    #[case::star_within_is_a_letter("/a/*/b", "/a/x/b", false)]
    #[case::template("/a/{*}/b", "/a/x/b", true)]
    #[case::template_of_one("/a/{*}", "/a/", false)]
    #[case::template_of_any("/a/{**}", "/a/x/y", true)]
    #[case::template_of_none("/a/{**}", "/a/", true)]
    fn path_is_matched(#[case] pattern: &str, #[case] path: &str, #[case] expected: bool) {
        assert_eq!(path_matches(pattern, path), expected);
    }

    #[rstest]
    #[case::one("*/ns/team/*", "spiffe://c/ns/team/sa/a", true)]
    #[case::within("*/ns/te*/*", "spiffe://c/ns/team/sa/a", true)]
    #[case::no_star("abc", "abcd", false)]
    #[case::overlap("ab*bc", "abc", false)]
    fn glob_is_matched(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(glob_matches(pattern, text), expected);
    }
}
