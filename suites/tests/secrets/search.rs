//! Looks for secrets in all that a run wrote, as they are and in the forms that a writer could give them.

use super::plant::Planted;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// How long the beginning is by which a form is found.
const BEGIN: usize = 8;

/// The forms of some secrets, by their beginning.
pub(crate) struct Search<'a> {
    forms: HashMap<[u8; BEGIN], Vec<(Vec<u8>, &'a Planted)>>,
}

impl<'a> Search<'a> {
    /// Of these secrets.
    pub(crate) fn new(planted: &'a [Planted]) -> Self {
        let mut forms: HashMap<_, Vec<_>> = HashMap::new();
        for one in planted {
            for form in forms_of(&one.text) {
                let begin = form[..BEGIN].try_into().unwrap();
                forms.entry(begin).or_default().push((form, one));
            }
        }
        Self { forms }
    }

    /// The carriers of the secrets that are in a content.
    pub(crate) fn found(&self, content: &[u8]) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        for (at, begin) in content.windows(BEGIN).enumerate() {
            for (form, one) in self.forms.get(begin).into_iter().flatten() {
                if content[at..].starts_with(form) {
                    found.insert(one.carrier.as_str());
                }
            }
        }
        found
    }
}

/// A text as it is, in JSON once and twice, in HTML and XML, in hexadecimal digits and in base64 wherever it begins.
fn forms_of(text: &str) -> BTreeSet<Vec<u8>> {
    let json = |text: &str| serde_json::Value::from(text).to_string().trim_matches('"').to_owned();
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let hex = text.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let mut forms = vec![
        text.to_owned(),
        json(text),
        json(&json(text)),
        html.replace('\'', "&#x27;").replace('/', "&#x2f;"),
        html.replace('\'', "&apos;"),
        html,
        hex.to_uppercase(),
        hex,
    ];
    for before in 0..3_usize {
        let all: Vec<u8> = std::iter::repeat_n(0, before).chain(text.bytes()).collect();
        let core = (before * 8).div_ceil(6)..all.len() * 8 / 6;
        for encoded in [BASE64_STANDARD_NO_PAD.encode(&all), BASE64_URL_SAFE_NO_PAD.encode(&all)] {
            forms.push(encoded[core.clone()].to_owned());
        }
    }
    forms.into_iter().map(String::into_bytes).collect()
}

/// All that is below a folder, and what is packed in it.
pub(crate) fn written(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            contents.extend(
                written(&path).into_iter().map(|(inner, content)| (format!("{name}/{inner}"), content)),
            );
        } else {
            if path.extension().is_some_and(|extension| extension == "gz") {
                let entries = record::bundle::read(&path).unwrap();
                contents
                    .extend(entries.into_iter().map(|(inner, content)| (format!("{name}!{inner}"), content)));
            }
            contents.insert(name, std::fs::read(&path).unwrap());
        }
    }
    contents
}

#[test]
fn each_form_is_found() {
    let planted = [Planted { carrier: "a".to_owned(), text: "s3cr\"t&/ü<end".to_owned() }];
    let search = Search::new(&planted);
    for form in forms_of(&planted[0].text) {
        let content = [b"before ".as_slice(), &form, b" behind"].concat();
        assert_eq!(search.found(&content).len(), 1, "{}", String::from_utf8_lossy(&content));
    }
    assert!(search.found(b"s3cr and nothing else").is_empty());
}
