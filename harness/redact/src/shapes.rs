//! Secrets that are recognised by their shape, wherever they stand in a text.

use crate::extent::{self, Of};
use crate::mark::{MARK, RedactText};
use crate::{encoded, manifest, pem};
use regex::{Captures, Regex, RegexSet};
use std::borrow::Cow;
use std::sync::LazyLock;

/// A shape: how it is found, and what becomes of it.
struct Shape {
    /// What a text has that may hold it. Without counts, so that one automaton looks for all of them at once.
    hint: &'static str,
    pattern: &'static str,
    rule: Rule,
}

/// What becomes of what was found.
enum Rule {
    /// Of each match this stays.
    Stays(fn(&Captures<'_>) -> String),
    /// Each match is a text in base64, of which this stays.
    Encoded(fn(&str, RedactText) -> String),
    /// Each match is a name, and the value behind it goes.
    Value(Of),
    /// Each match is an end: what comes before it, back to here, goes with it.
    Back(fn(&str, usize) -> usize),
    /// All of the text is looked at.
    All(fn(&str) -> String),
}

const GONE: Rule = Rule::Stays(|_| MARK.to_owned());
/// Of `name=secret` the name stays.
const BUT_NAME: Rule = Rule::Stays(|found| format!("{}{MARK}", &found[1]));

const SHAPES: &[Shape] = &[
    Shape { hint: "Secret", pattern: manifest::KIND, rule: Rule::All(manifest::redacted) },
    Shape { hint: "-----BEGIN ", pattern: pem::BLOCK, rule: Rule::Stays(pem::kept) },
    Shape { hint: "PRIVATE KEY", pattern: pem::END, rule: Rule::Back(pem::begin_of_body) },
    Shape { hint: "IBA[AD]|AgEA[MB]|AgEBB|CAQEE|CAQ[AE]wBQ", pattern: pem::KEY, rule: GONE },
    Shape { hint: "LS0tLS1CRUdJTi", pattern: encoded::PEM, rule: Rule::Encoded(encoded::kept_of_pem) },
    // JWT (RFC 7519): a base64url text that begins with `{"`, and at least two more parts, unless the text was cut.
    Shape {
        hint: "eyJ",
        pattern: r"eyJ[A-Za-z0-9_-]{6,}(?:(?:\.[A-Za-z0-9_-]*){2,}|\.[A-Za-z0-9_-]+\z)",
        rule: GONE,
    },
    // A token of OpenShift.
    Shape { hint: "sha256~", pattern: r"sha256~[A-Za-z0-9_-]{16,}", rule: GONE },
    // Tokens that their makers gave a beginning: AWS, GitHub, GitLab, Slack, Google, npm, Stripe, Vault.
    Shape {
        hint: r"A[KS]IA|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|AIza|ya29\.|npm_|k_live_|hvs\.",
        pattern: r"\b(?:A[KS]IA[A-Z2-7]{16}\b|gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{30,}|[rs]k_live_[A-Za-z0-9]{16,}|hvs\.[A-Za-z0-9_-]{20,})",
        rule: GONE,
    },
    // A bearer token without its header (RFC 6750).
    Shape { hint: "(?i-u:bearer )", pattern: r"(?i)(bearer )\s*[a-z0-9._~+/=-]{16,}", rule: BUT_NAME },
    // A header, in a request as in JSON or in a log.
    Shape {
        hint: "(?i-u:authorization|cookie)",
        pattern: r#"(?i)(?:authorization|set-cookie2?|cookie2?)(?:\\*["']\s*,\s*|\\*["']?\s*(?:[:=]|%3[ad])\s*)"#,
        rule: Rule::Value(Of::Header),
    },
    // The password in a URL, and a token in its query.
    Shape {
        hint: "://",
        pattern: r#"(://[^/\s:@"']*:)[^\s"'/?#]+@"#,
        rule: Rule::Stays(|found| format!("{}{MARK}@", &found[1])),
    },
    Shape {
        hint: "[?&]",
        pattern: r#"(?i)([?&][\w.-]*(?:token|signature|sig|secret|passw(?:or)?d|api_?key|jwt|assertion|session_?id)=)[^&\s"'#\\\[]{4,}"#,
        rule: BUT_NAME,
    },
    // A setting by its name: `password="x"`, `"clientSecret": "x"`, `x-api-key: x`.
    Shape {
        hint: "(?i-u:passw|passp|pwd|[_-]pass|secret|key|token)",
        pattern: r#"(?i)(?:password|passwd|passphrase|pwd|[_-]pass|client_?secret|api[_-]?key|(?:secret|private|access|subscription)[_-]?key|\b(?:x[_-])?(?:auth|access|security|session|refresh|id|api|vault|[cx]srf)[_-]?token|security-token)(?:\\*["']\s*,\s*|\\*["']?\s*(?:[:=]|%3[ad])\s*)"#,
        rule: Rule::Value(Of::Setting),
    },
    // A variable or a header with such a name, where the JSON around it was cut.
    Shape {
        hint: r#"(?i-u:value\\*"\s*:)"#,
        pattern: r#"(?i)\\*"(?:name|key)\\*"\s*:\s*\\*"[^"\\]*(?:password|passwd|passphrase|token|secret|authorization|cookie|api[_-]?key)\\*"\s*,\s*\\*"(?:value|raw_?value)\\*"\s*:\s*"#,
        rule: Rule::Value(Of::Setting),
    },
    // An argument by its flag.
    Shape {
        hint: r"(?:^|\s)-",
        pattern: r"(?i)(?:^|\s)--?[\w.-]*(?:password|passwd|passphrase|token|secret|api-?key)[ \t]+",
        rule: Rule::Value(Of::Flag),
    },
    // A user of a registry of images.
    Shape {
        hint: r#"auth\\*""#,
        pattern: r#"(\\*"auth\\*"\s*:\s*\\*")[A-Za-z0-9+/_-]{8,}={0,2}"#,
        rule: BUT_NAME,
    },
    Shape {
        hint: "(?i-u:token)",
        pattern: r#"(?i)(token\\*["']?\s*[=:]\s*\\*["']?)[a-z0-9._~+/=-]{16,}"#,
        rule: BUT_NAME,
    },
];

static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|shape| shape.hint)).ok());
static EACH: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| SHAPES.iter().map(|shape| Regex::new(shape.pattern).ok()).collect());

/// The text without secrets of a known shape.
pub(super) fn redacted(text: &str, redact: RedactText) -> Cow<'_, str> {
    // Most texts are names and hold nothing; they are looked at once.
    let Some(any) = ANY.as_ref() else { return Cow::Borrowed(MARK) };
    let mut kept = Cow::Borrowed(text);
    for shape in &any.matches(text) {
        let Some(pattern) = &EACH[shape] else { continue };
        if let Cow::Owned(changed) = apply(&SHAPES[shape].rule, pattern, &kept, redact) {
            kept = Cow::Owned(changed);
        }
    }
    if let Some(changed) = encoded::redacted(&kept, redact) {
        kept = Cow::Owned(changed);
    }
    if kept == text { Cow::Borrowed(text) } else { kept }
}

fn apply<'a>(rule: &Rule, pattern: &Regex, text: &'a str, redact: RedactText) -> Cow<'a, str> {
    let mut kept = String::new();
    let mut at = 0;
    let mut hide = |from: usize, until: usize| {
        kept.push_str(&text[at..from]);
        kept.push_str(MARK);
        at = until;
    };
    match rule {
        Rule::Stays(stays) => return pattern.replace_all(text, stays),
        Rule::Encoded(kept) => {
            return pattern.replace_all(text, |found: &Captures<'_>| kept(&found[0], redact));
        }
        Rule::All(redacted) if pattern.is_match(text) => return Cow::Owned(redacted(text)),
        Rule::All(_) => {}
        Rule::Value(of) => {
            let mut from = 0;
            while let Some(name) = pattern.find_at(text, from) {
                from = name.end();
                if let Some(value) = extent::of(*of, text, &name.range()) {
                    hide(value.start, value.end);
                    from = value.end;
                }
            }
        }
        Rule::Back(begin) => {
            let mut from = 0;
            for end in pattern.find_iter(text) {
                hide(begin(text, end.start()).max(from), end.end());
                from = end.end();
            }
        }
    }
    if at == 0 { Cow::Borrowed(text) } else { Cow::Owned(kept + &text[at..]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn redacted(text: &str) -> String {
        super::redacted(text, crate::redaction::text).into_owned()
    }

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
    const BODY: &str = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----";

    #[test]
    fn every_pattern_is_one() {
        assert!(ANY.is_some() && EACH.iter().all(Option::is_some));
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
