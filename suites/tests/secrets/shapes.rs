//! The shapes in which secrets stand in texts.

use super::plant::{Plant, certificate, encoded, url_safe};
use serde_json::json;

/// A shape: its name, whether it is one line, and a text in which one secret stands so.
pub(crate) type Shape = (&'static str, bool, fn(&mut Plant) -> String);

/// See the module text.
pub(crate) const SHAPES: &[Shape] = &[
    ("authorization", true, |p| format!("Authorization: Bearer {}", p.token())),
    ("basic", true, |p| format!("> authorization: Basic {}", encoded(&format!("user:{}", p.word())))),
    ("bearer", true, |p| format!("curl sent Bearer {} and left", p.token())),
    ("cookie", true, |p| format!("cookie: a=\"b\"; session={}; c=d", p.word())),
    ("set-cookie in JSON", true, |p| {
        format!(r#"answer {{"set-cookie":"id={}; Path=/","age":"1"}}"#, p.word())
    }),
    ("list of headers", true, |p| {
        json!([["host", "a"], ["set-cookie", format!("id={}", p.tricky())]]).to_string()
    }),
    ("header in escaped JSON", true, |p| {
        format!("body {}", json!(json!({"Cookie": p.tricky(), "host": "a"}).to_string()))
    }),
    ("headers of Go", true, |p| format!("map[Accept:[a] Authorization:[Basic {}] Host:[a]]", p.word())),
    ("x-api-key", true, |p| format!("X-Api-Key: {}", p.word())),
    ("x-auth-token", true, |p| format!("< x-auth-token: {}", p.token())),
    ("x-amz-security-token", true, |p| format!("X-Amz-Security-Token: {}", p.token())),
    ("proxy-authorization", true, |p| format!("Proxy-Authorization: Digest {}", p.word())),
    ("header of Envoy", true, |p| {
        format!(r#"cut {{"key":"x-auth-token","value":"{}"}}, {{"key":"#, p.word())
    }),
    ("JWT", true, |p| format!("subject token {} was refused", p.jwt())),
    ("JWT behind an escape", true, |p| format!(r#"said "a\n{}\n""#, p.jwt())),
    ("PKCS 8", false, |p| p.pem("PRIVATE KEY")),
    ("PKCS 1", false, |p| format!("key:\n{}", p.pem("RSA PRIVATE KEY"))),
    ("SEC 1", false, |p| p.pem("EC PRIVATE KEY")),
    ("OpenSSH", false, |p| p.pem("OPENSSH PRIVATE KEY")),
    ("PEM in one line", true, |p| format!("key is \"{}\"", p.pem("PRIVATE KEY").replace('\n', "\\n"))),
    ("PEM in base64", true, |p| format!("tls.key: {}", encoded(&p.pem("PRIVATE KEY")))),
    ("PEM in wrapped base64", false, |p| {
        let digits = encoded(&p.pem("PRIVATE KEY"));
        let lines: Vec<_> =
            digits.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("key: |\n  {}\nend: 1", lines.join("\n  "))
    }),
    ("key behind a certificate", false, |p| certificate() + &p.pem("EC PRIVATE KEY")),
    ("key behind a certificate in base64", true, |p| encoded(&(certificate() + &p.pem("EC PRIVATE KEY")))),
    ("PEM without its beginning", false, |p| {
        format!("{}\n-----END PRIVATE KEY-----", p.body()[2..].join("\n"))
    }),
    ("key without PEM", false, |p| format!("der {}", p.body().join("\n"))),
    ("password", true, |p| format!("login user=u password={} ok", p.token())),
    ("password in YAML", false, |p| format!("user: u\nsasl.password: {}\nend: 1", p.phrase())),
    ("block scalar", false, |p| format!("a:\n  password: |-\n    {}\n  b: c\n", p.phrase())),
    ("JAAS", true, |p| {
        format!(r#"ScramLoginModule required username="u" password="{}";"#, p.noise("!,;=&{}", 3) + &p.word())
    }),
    ("JSON", true, |p| format!("config {}", json!({"clientSecret": p.tricky(), "user": "u"}))),
    ("JSON by itself", true, |p| json!({"auth": {"apiKey": p.tricky()}, "user": "u"}).to_string()),
    ("URL", true, |p| format!("dial amqp://user:{}@host:5672/x", p.token())),
    ("query", true, |p| format!("GET /a?b=c&access_token={}&d=e HTTP/1.1", p.token())),
    ("flag", true, |p| format!("exec kafka --user u --password {} --topic t", p.token())),
    ("variable", true, |p| format!("export DB_PASSWORD='{}'", p.phrase())),
    ("manifest", false, |p| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  x: {}\ntype: Opaque\n",
            encoded(&p.word())
        )
    }),
    ("manifest in JSON", true, |p| {
        format!(
            "applied {} at last",
            json!({"kind": "Secret", "stringData": {"x": p.tricky()}, "type": "Opaque"})
        )
    }),
    ("GitHub", true, |p| {
        let token = format!("ghp_{}", p.noise("ABCDEFabcdef012345", 36));
        p.note(&token);
        token
    }),
    ("OpenShift", true, |p| format!("oc login --server=a --token=sha256~{}", p.word())),
    ("registry", true, |p| {
        format!(r#"{{"auths":{{"a":{{"auth":"{}"}}}}}} cut"#, encoded(&format!("u:{}", p.word())))
    }),
    ("registered pattern", true, |p| format!("number {} of it", p.registered())),
    ("registered pattern in base64", true, |p| {
        let text = format!("number {} of all that there are", p.registered());
        url_safe(&text)
    }),
    ("registered password", true, |p| format!("said {} aloud", p.password())),
    ("registered password in JSON", true, |p| format!("said {}", json!({"x": p.password()}))),
    ("registered password in base64", true, |p| format!("Basic {}", encoded(&format!("u:{}", p.password())))),
    ("settings in base64", true, |p| encoded(&json!({"user": "u", "password": p.word()}).to_string())),
];
