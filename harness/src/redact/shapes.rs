//! Secrets that are recognised by their shape, wherever they stand in a text.

use super::MARK;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use regex::{Captures, Regex, RegexSet};
use std::borrow::Cow;
use std::sync::LazyLock;

/// A shape, and what stays of it.
struct Shape {
    pattern: &'static str,
    stays: fn(&Captures<'_>) -> String,
}

const SHAPES: &[Shape] = &[
    // PEM, to its end or to the end of a text that was cut. Line breaks may be written as `\n`.
    Shape {
        pattern: r"(?s)-----BEGIN ([A-Z0-9 ]+)-----.*?(?:-----END [A-Z0-9 ]+-----|\z)",
        stays: |found| if is_public(&found[1]) { found[0].to_owned() } else { MARK.to_owned() },
    },
    // PEM in base64, as the data of a Secret.
    Shape { pattern: r"LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]+", stays: |found| encoded_pem(&found[0]) },
    // JWT (RFC 7519): a base64url text that begins with `{"`, and at least two more parts.
    Shape {
        pattern: r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)*",
        stays: |_| MARK.to_owned(),
    },
    // A token of OpenShift.
    Shape { pattern: r"\bsha256~[A-Za-z0-9_-]{16,}", stays: |_| MARK.to_owned() },
    // A bearer token without its header (RFC 6750).
    Shape {
        pattern: r"(?i)\b(bearer )\s*[a-z0-9._~+/=-]{16,}",
        stays: |found| format!("{}{MARK}", &found[1]),
    },
    // A header, in a request as in JSON or in a log.
    Shape {
        pattern: r#"(?i)\b((?:proxy-)?authorization|set-cookie2?|cookie)(\\*["']?\s*[:=,]\s*\\*["']?)[^"'\\\r\n\[\]{]+"#,
        stays: |found| format!("{}{}{MARK}", &found[1], &found[2]),
    },
    // The password in a URL.
    Shape { pattern: r"(://[^/\s:@]*:)[^/\s@]+@", stays: |found| format!("{}{MARK}@", &found[1]) },
    // A setting by its name: `password="x"`, `"clientSecret": "x"`.
    Shape {
        pattern: r#"(?i)((?:password|passwd|passphrase|client_?secret|api[_-]?key|(?:secret|private|access)[_-]?key)\\*["']?\s*[=:]\s*\\*["']?)([^\s"'\\,;&}\[]{3,})"#,
        stays: |found| format!("{}{MARK}", &found[1]),
    },
    Shape {
        pattern: r#"(?i)(token\\*["']?\s*[=:]\s*\\*["']?)[a-z0-9._~+/=-]{16,}"#,
        stays: |found| format!("{}{MARK}", &found[1]),
    },
];

static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|shape| shape.pattern)).ok());
static EACH: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| SHAPES.iter().map(|shape| Regex::new(shape.pattern).ok()).collect());

/// The text without secrets of a known shape.
pub(super) fn redacted(text: &str) -> Cow<'_, str> {
    // Most texts are names and hold nothing; they are looked at once.
    if text.len() < super::SHORTEST || ANY.as_ref().is_some_and(|any| !any.is_match(text)) {
        return Cow::Borrowed(text);
    }
    let mut kept = Cow::Borrowed(text);
    for (shape, pattern) in SHAPES.iter().zip(EACH.iter()) {
        let Some(pattern) = pattern else { continue };
        if let Cow::Owned(changed) = pattern.replace_all(&kept, shape.stays) {
            kept = Cow::Owned(changed);
        }
    }
    if kept == text { Cow::Borrowed(text) } else { kept }
}

/// Whether a block of PEM with this label (RFC 7468) is meant to be seen.
fn is_public(label: &str) -> bool {
    matches!(
        label,
        "CERTIFICATE"
            | "X509 CERTIFICATE"
            | "TRUSTED CERTIFICATE"
            | "CERTIFICATE REQUEST"
            | "PUBLIC KEY"
            | "X509 CRL"
    )
}

/// What stays of PEM in base64: all of it where every block is public.
fn encoded_pem(text: &str) -> String {
    let decoded = BASE64_STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded {
        Some(pem) if matches!(redacted(&pem), Cow::Borrowed(_)) => text.to_owned(),
        _ => MARK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
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
    fn what_is_no_secret_stays(#[case] text: &str) {
        assert_eq!(redacted(text), text);
    }

    #[rstest]
    #[case::key(KEY, false)]
    #[case::certificate(CERTIFICATE, true)]
    #[case::key_behind_a_certificate(&format!("{CERTIFICATE}\n{KEY}"), false)]
    fn pem_in_base64_stays_where_it_is_public(#[case] pem: &str, #[case] stays: bool) {
        let text = format!("tls: {}", BASE64_STANDARD.encode(pem));
        assert_eq!(redacted(&text) == text, stays);
    }

    #[test]
    fn certificate_stays_beside_a_key_that_goes() {
        assert_eq!(redacted(&format!("{CERTIFICATE}\n{KEY}\n")), format!("{CERTIFICATE}\n[redacted]\n"));
    }
}
