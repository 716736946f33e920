//! Secrets that are told by a name before them: headers, settings, flags, parts of a URL.

use crate::extent::ValueKind;
use crate::mark::MARK;
use crate::shapes::shape::{KEEP_GROUP, Rule, Shape};

/// What stands between a name and its value, as a piece of a verbose pattern. Quotes may be escaped.
macro_rules! separator {
    () => {
        r#"(?: \\* ["'] \s* , \s*                        # `"name", "value"`
             | \\* ["']? \s* (?: [:=] | %3[ad] ) \s* )   # `name: value`, `"name": "value"`, `name=value`, `name%3Dvalue`
        "#
    };
}

/// In the order in which they are applied, after those that can be told by themselves.
pub(crate) const NAMED: &[Shape] = &[
    // A bearer token without its header (RFC 6750).
    Shape {
        hint: "(?i-u:bearer )",
        pattern: r"(?xi) ( bearer\  ) \s* [a-z0-9._~+/=-]{16,}",
        rule: KEEP_GROUP,
    },
    // A header of HTTP: in a request, in JSON or in a log.
    Shape {
        hint: "(?i-u:authorization|cookie)",
        pattern: concat!(r"(?xi) (?: authorization | set-cookie2? | cookie2? )", separator!()),
        rule: Rule::RedactValue(ValueKind::Header),
    },
    // The password in a URL.
    Shape {
        hint: "://",
        pattern: r#"(?x) ( :// [^/\s:@"']* : ) [^\s"'/?\#]+ @ "#,
        rule: Rule::Replace(|found| format!("{}{MARK}@", &found[1])),
    },
    // A token in the query of a URL.
    Shape {
        hint: "[?&]",
        pattern: r#"(?xi)
            ( [?&] [\w.-]*
              (?: token | signature | sig | secret | passw(?:or)?d | api_?key | jwt | assertion | session_?id )
              = )
            [^&\s"'\#\\\[]{4,}
        "#,
        rule: KEEP_GROUP,
    },
    // A setting: `password="x"`, `"clientSecret": "x"`, `x-api-key: x`.
    Shape {
        hint: "(?i-u:passw|passp|pwd|[_-]pass|secret|key|token)",
        pattern: concat!(
            r"(?xi)
            (?: password | passwd | passphrase | pwd | [_-]pass
              | client_?secret
              | api[_-]?key
              | (?: secret | private | access | subscription ) [_-]?key
              | \b (?:x[_-])? (?: auth | access | security | session | refresh | id | api | vault | [cx]srf ) [_-]?token
              | security-token
            )",
            separator!()
        ),
        rule: Rule::RedactValue(ValueKind::Setting),
    },
    // A variable or a header with such a name, as `"name": "…", "value": "…"`, where the JSON around it was cut.
    Shape {
        hint: r#"(?i-u:value\\*"\s*:)"#,
        pattern: r#"(?xi)
            \\*" (?: name | key ) \\*" \s* : \s*
            \\*" [^"\\]* (?: password | passwd | passphrase | token | secret | authorization | cookie | api[_-]?key ) \\*"
            \s* , \s*
            \\*" (?: value | raw_?value ) \\*" \s* : \s*
        "#,
        rule: Rule::RedactValue(ValueKind::Setting),
    },
    // The argument of a flag: `--kafka-password x`.
    Shape {
        hint: r"(?:^|\s)-",
        pattern: r"(?xi)
            (?: ^ | \s ) --? [\w.-]*
            (?: password | passwd | passphrase | token | secret | api-?key )
            [\ \t]+
        ",
        rule: Rule::RedactValue(ValueKind::Flag),
    },
    // User and password of a registry of images, in base64.
    Shape {
        hint: r#"auth\\*""#,
        pattern: r#"(?x) ( \\*"auth\\*" \s* : \s* \\*" ) [A-Za-z0-9+/_-]{8,} ={0,2} "#,
        rule: KEEP_GROUP,
    },
    // Anything that is called a token, if it is long enough for one.
    Shape {
        hint: "(?i-u:token)",
        pattern: r#"(?xi) ( token \\* ["']? \s* [=:] \s* \\* ["']? ) [a-z0-9._~+/=-]{16,} "#,
        rule: KEEP_GROUP,
    },
];
