//! Secrets that are recognised by their shape, wherever they stand in a text.

mod named;
mod shape;
mod tokens;

use crate::encoded::redact_encoded;
use crate::extent::value_range;
use crate::mark::RedactText;
use crate::pattern::constant_pattern;
use crate::splice::Splice;
use named::NAMED;
use regex::{Captures, Regex, RegexSet};
use shape::{Rule, Shape};
use std::borrow::Cow;
use std::sync::LazyLock;
use tokens::TOKENS;

/// The hints of all shapes.
static HINTS: LazyLock<RegexSet> = LazyLock::new(|| {
    let hints = RegexSet::new(shapes().map(|shape| shape.hint));
    hints.expect("a hint that is no pattern would let secrets through, and a test compiles them")
});
/// The pattern of each shape, with its rule.
static PATTERNS: LazyLock<Vec<(Regex, &'static Rule)>> =
    LazyLock::new(|| shapes().map(|shape| (constant_pattern(shape.pattern), &shape.rule)).collect());

fn shapes() -> impl Iterator<Item = &'static Shape> {
    TOKENS.iter().chain(NAMED)
}

/// The text without secrets of a known shape.
pub(crate) fn redact_shapes(text: &str, redact: RedactText) -> Cow<'_, str> {
    // Most texts match no hint, and are searched only once.
    let mut redacted = Cow::Borrowed(text);
    for index in &HINTS.matches(text) {
        let (pattern, rule) = &PATTERNS[index];
        if let Cow::Owned(changed) = apply(rule, pattern, &redacted, redact) {
            redacted = Cow::Owned(changed);
        }
    }
    if let Cow::Owned(changed) = redact_encoded(&redacted, redact) {
        redacted = Cow::Owned(changed);
    }
    if redacted == text { Cow::Borrowed(text) } else { redacted }
}

fn apply<'a>(rule: &Rule, pattern: &Regex, text: &'a str, redact: RedactText) -> Cow<'a, str> {
    match rule {
        Rule::Replace(replacement) => pattern.replace_all(text, replacement),
        Rule::ReplaceEncoded(replacement) => {
            pattern.replace_all(text, |found: &Captures<'_>| replacement(&found[0], redact))
        }
        Rule::ReplaceText(replacement) if pattern.is_match(text) => Cow::Owned(replacement(text)),
        Rule::ReplaceText(_) => Cow::Borrowed(text),
        Rule::RedactValue(kind) => {
            let mut splice = Splice::new(text);
            let mut from = 0;
            while let Some(name) = pattern.find_at(text, from) {
                from = name.end();
                if let Some(value) = value_range(*kind, text, &name.range()) {
                    from = value.end;
                    splice.replace(value);
                }
            }
            splice.finish()
        }
        Rule::RedactFrom(start) => {
            let mut splice = Splice::new(text);
            let mut from = 0;
            for end in pattern.find_iter(text) {
                splice.replace(start(text, end.start()).max(from)..end.end());
                from = end.end();
            }
            splice.finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn redacted(text: &str) -> String {
        redact_shapes(text, crate::redaction::text).into_owned()
    }

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
    const BODY: &str = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----";

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(HINTS.len(), PATTERNS.len());
    }

    #[rstest]
    #[case::key("x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- y", "x [redacted] y")]
    #[case::key_that_was_cut("x -----BEGIN EC PRIVATE KEY-----\nabc", "x [redacted]")]
    #[case::key_in_json(
        r#""-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----""#,
        r#""[redacted]""#
    )]
    #[case::jwt("t=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln ok", "t=[redacted] ok")]
    #[case::jwt_without_signature("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "[redacted]")]
    #[case::openshift("oc login --token=sha256~abcdefghij0123456789", "oc login --token=[redacted]")]
    #[case::bearer("curl: Bearer abcdefghij0123456789", "curl: Bearer [redacted]")]
    #[case::header("Authorization: Basic dTpw\r\nHost: a", "Authorization: [redacted]\r\nHost: a")]
    #[case::header_pair(
        r#"[["cookie","a=b; c=d"],["host","a"]]"#,
        r#"[["cookie","[redacted]"],["host","a"]]"#
    )]
    #[case::header_in_escaped_json(
        r#"{\"set-cookie\":\"a=b\",\"x\":1}"#,
        r#"{\"set-cookie\":\"[redacted]\",\"x\":1}"#
    )]
    #[case::url("amqp://user:hunter2@host/x", "amqp://user:[redacted]@host/x")]
    #[case::jaas(r#"username="u" password="hunter2";"#, r#"username="u" password="[redacted]";"#)]
    #[case::json(r#"{"clientSecret":"hunter2"}"#, r#"{"clientSecret":"[redacted]"}"#)]
    #[case::token("token: abcdefghij0123456789", "token: [redacted]")]
    #[case::end_of_a_key(&format!("12:00 {BODY}\n12:01 abc=\n12:02 -----END PRIVATE KEY-----\nnext"), "[redacted]\nnext")]
    #[case::key_without_its_lines(&format!("key is {BODY}\n{BODY}\nabc== next"), "key is [redacted] next")]
    #[case::certificate_that_goes_on(&format!("-----BEGIN CERTIFICATE-----\nabc\n{KEY}"), "-----BEGIN CERTIFICATE-----\nabc\n[redacted]")]
    #[case::jwt_that_was_cut("t=eyJhbGciOiJSUzI1NiJ9.eyJzdWIi", "t=[redacted]")]
    #[case::jwt_behind_an_escape(r"a\neyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", r"a\n[redacted]")]
    #[case::aws("id AKIAIOSFODNN7EXAMPLE", "id [redacted]")]
    #[case::github("ghp_0123456789abcdefghijABCDEFGHIJ012345 x", "[redacted] x")]
    #[case::slack("xoxb-0123456789-abcdef", "[redacted]")]
    #[case::header_of_go(
        "map[Authorization:[Basic dTpw] Host:[a]]",
        "map[Authorization:[[redacted]] Host:[a]]"
    )]
    #[case::header_in_json(r#"{"x-api-key": "abc def","a":1"#, r#"{"x-api-key": "[redacted]","a":1"#)]
    #[case::header_by_name(
        r#"[{"key":"x-auth-token","value":"abc"},"#,
        r#"[{"key":"x-auth-token","value":"[redacted]"},"#
    )]
    #[case::header_of_aws("X-Amz-Security-Token: abc", "X-Amz-Security-Token: [redacted]")]
    #[case::proxy("Proxy-Authorization: Basic dTpw", "Proxy-Authorization: [redacted]")]
    #[case::query("GET /a?access_token=abcd&b=c", "GET /a?access_token=[redacted]&b=c")]
    #[case::flag("kafka --password hunter2 --user u", "kafka --password [redacted] --user u")]
    #[case::yaml(
        "a: 1\n  password: |\n    hunter2\n    more\nb: 2",
        "a: 1\n  password: |\n    [redacted]\nb: 2"
    )]
    #[case::properties("db.password=correct horse\nb=2", "db.password=[redacted]\nb=2")]
    #[case::special_letters(r#"password="a,b;c&d}" x"#, r#"password="[redacted]" x"#)]
    #[case::registry(r#"{"auths":{"a":{"auth":"dTpwYXNz"}},"#, r#"{"auths":{"a":{"auth":"[redacted]"}},"#)]
    fn secret_of_a_known_shape_is_taken_out(#[case] before: &str, #[case] after: &str) {
        assert_eq!(redacted(before), after);
    }

    #[rstest]
    #[case(CERTIFICATE)]
    #[case("config-istio, knative-local-gateway.knative-serving.svc.cluster.local")]
    #[case("spiffe://cluster.local/ns/meshproof-mesh/sa/probe")]
    #[case("https://hello.meshproof-mesh.apps.example:8443/path")]
    #[case("credentialName: wildcard-certs, secretName: a, unexpected token: `}`")]
    #[case("needs input `kafka.password` to speak to Kafka as its listener demands")]
    #[case("the token endpoint, bearer of news, authorization policy allow-all")]
    #[case("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    #[case(
        "sasl.mechanism, password: null, `--password` is missing, AuthorizationPolicy mesh/allow: not set"
    )]
    fn what_is_no_secret_stays(#[case] text: &str) {
        assert_eq!(redacted(text), text);
    }

    #[test]
    fn certificate_stays_beside_a_key_that_goes() {
        assert_eq!(redacted(&format!("{CERTIFICATE}\n{KEY}\n")), format!("{CERTIFICATE}\n[redacted]\n"));
    }
}
