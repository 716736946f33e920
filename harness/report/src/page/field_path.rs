//! Where the field of a finding is in the object that it names.
//!
//! A field is written for a person: `spec.mtls.mode`, `spec.servers[0]`, `status.conditions[Ready]`,
//! `data.mesh: discoverySelectors`, and sometimes as a sentence. A key may hold dots, so the object itself tells where
//! one ends.

use serde_json::Value;

/// How far a field could be followed into an object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FieldLocation {
    /// The JSON pointer of the value, or of the nearest value around it.
    pub(crate) pointer: String,
    /// How many keys and indexes the pointer has.
    pub(crate) depth: usize,
    /// Whether the value itself is there.
    pub(crate) is_whole: bool,
    /// The dotted path of the deciding place within a document that the value holds.
    pub(crate) document_path: Option<String>,
}

/// Finds a field. Nothing is found of a sentence.
pub(crate) fn locate(object: &Value, field: &str) -> Option<FieldLocation> {
    let first = field.split(", ").next().unwrap_or(field);
    let (mut rest, document_path) = match first.split_once(": ") {
        Some((path, document_path)) => (path, Some(document_path.to_owned())),
        None => (first, None),
    };
    let (mut value, mut pointer, mut depth) = (object, String::new(), 0);
    while !rest.is_empty()
        && let Some(step) = first_step(value, rest)
    {
        pointer.push('/');
        pointer.push_str(&step.key.replace('~', "~0").replace('/', "~1"));
        depth += 1;
        (value, rest) = (step.value, step.rest);
    }
    (depth > 0).then_some(FieldLocation { pointer, depth, is_whole: rest.is_empty(), document_path })
}

/// One step into an object.
struct PathStep<'o, 'p> {
    /// The key or the index.
    key: String,
    /// What it leads to.
    value: &'o Value,
    /// What is left of the path.
    rest: &'p str,
}

fn first_step<'o, 'p>(value: &'o Value, path: &'p str) -> Option<PathStep<'o, 'p>> {
    if let Some((name, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        let (key, value) = match value {
            Value::Array(items) => {
                let index = index_of(items, name)?;
                (index.to_string(), items.get(index)?)
            }
            _ => (name.to_owned(), value.get(name)?),
        };
        return Some(PathStep { key, value, rest });
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    let ends_key = |rest: &&str| rest.is_empty() || rest.starts_with(['.', '[']);
    let step = |(key, value): (&String, &'o Value)| {
        let rest = path.strip_prefix(key.as_str()).filter(ends_key)?;
        Some(PathStep { key: key.clone(), value, rest })
    };
    value.as_object()?.iter().filter_map(step).max_by_key(|step| step.key.len())
}

/// The index of a list's item, by the index or by the name by which a person knows it.
fn index_of(items: &[Value], name: &str) -> Option<usize> {
    if let Some(index) = name.parse().ok().filter(|index| *index < items.len()) {
        return Some(index);
    }
    let is_named = |item: &Value| {
        ["name", "type", "port", "number"].iter().any(|key| match &item[*key] {
            Value::String(text) => text == name,
            Value::Number(number) => number.to_string() == name,
            _ => false,
        })
    };
    items.iter().position(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn object() -> Value {
        json!({
            "metadata": {"labels": {"sidecar.istio.io/inject": "false"}},
            "spec": {"servers": [{"port": {"number": 443}}], "ports": [{"port": 9092, "name": "tls"}]},
            "status": {"conditions": [{"type": "Ready", "status": "False"}]},
            "data": {"gateway.ns.name": "x", "gateway": "y", "mesh": "a: b"}
        })
    }

    #[rstest]
    #[case("spec.servers[0].port.number", "/spec/servers/0/port/number", true)]
    #[case("status.conditions[Ready]", "/status/conditions/0", true)]
    #[case("spec.ports[9092].name", "/spec/ports/0/name", true)]
    #[case("metadata.labels[sidecar.istio.io/inject]", "/metadata/labels/sidecar.istio.io~1inject", true)]
    #[case("data.gateway.ns.name", "/data/gateway.ns.name", true)]
    #[case("data.mesh: a", "/data/mesh", true)]
    #[case("spec.mtls.mode", "/spec", false)]
    #[case("spec.servers[0].tls.mode", "/spec/servers/0", false)]
    #[case("spec.servers[]", "/spec/servers", false)]
    fn field_is_followed_as_far_as_it_is_there(
        #[case] field: &str,
        #[case] pointer: &str,
        #[case] is_whole: bool,
    ) {
        let location = locate(&object(), field).unwrap();
        assert_eq!((location.pointer.as_str(), location.is_whole), (pointer, is_whole));
        assert_eq!(location.depth, pointer.matches('/').count());
        assert!(object().pointer(pointer).is_some());
    }

    #[rstest]
    #[case("header `x-forwarded-client-cert`, from outside")]
    #[case("https://hello.test, this machine without the root")]
    #[case("")]
    fn nothing_is_found_of_a_sentence(#[case] field: &str) {
        assert_eq!(locate(&object(), field), None);
    }
}
