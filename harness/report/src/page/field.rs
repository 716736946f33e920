//! Where the field of a finding is in the object that it names.
//!
//! A field is written for a person: `spec.mtls.mode`, `spec.servers[0]`, `status.conditions[Ready]`,
//! `data.mesh: discoverySelectors`, and sometimes as a sentence. A key may hold dots, so the object itself tells where
//! one ends.

use serde_json::Value;

/// One step into an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item of a list.
    Index(usize),
}

/// How far a field could be followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Located {
    /// The way to the value, or to the nearest value around it.
    pub(crate) steps: Vec<Step>,
    /// Whether the value itself is there.
    pub(crate) is_whole: bool,
    /// Where the deciding place is within a document that the value holds.
    pub(crate) within: Option<String>,
}

/// Finds a field. Nothing is found of a sentence.
pub(crate) fn locate(object: &Value, field: &str) -> Option<Located> {
    let first = field.split(", ").next().unwrap_or(field);
    let (path, within) = first.split_once(": ").map_or((first, None), |(path, within)| (path, Some(within)));
    let (mut at, mut rest, mut steps) = (object, path, Vec::new());
    while !rest.is_empty() {
        let Some((step, next, left)) = advance(at, rest) else { break };
        steps.push(step);
        (at, rest) = (next, left);
    }
    let within = within.map(str::to_owned);
    (!steps.is_empty()).then_some(Located { steps, is_whole: rest.is_empty(), within })
}

/// The value at the end of some steps.
pub(crate) fn follow<'a>(object: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(object, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Index(index) => at.get(index),
    })
}

fn advance<'a, 'p>(at: &'a Value, rest: &'p str) -> Option<(Step, &'a Value, &'p str)> {
    if let Some((inner, left)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let step = match at {
            Value::Array(items) => Step::Index(item(items, inner)?),
            _ => Step::Key(inner.to_owned()),
        };
        return Some((step.clone(), follow(at, &[step])?, left));
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let ends = |left: &str| left.is_empty() || left.starts_with(['.', '[']);
    let keys = at.as_object()?.iter();
    let (key, value, left) = keys
        .filter_map(|(key, value)| {
            Some((key, value, rest.strip_prefix(key.as_str()).filter(|left| ends(left))?))
        })
        .max_by_key(|(key, ..)| key.len())?;
    Some((Step::Key(key.clone()), value, left))
}

/// The item of a list by its index, or by the name by which a person knows it.
fn item(items: &[Value], inner: &str) -> Option<usize> {
    if let Some(index) = inner.parse().ok().filter(|index| *index < items.len()) {
        return Some(index);
    }
    let is_named = |item: &Value| {
        ["name", "type", "port", "number"].iter().any(|key| match &item[*key] {
            Value::String(text) => text == inner,
            Value::Number(number) => number.to_string() == inner,
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
        #[case] whole: bool,
    ) {
        let object = object();
        let located = locate(&object, field).unwrap();
        assert_eq!(follow(&object, &located.steps), object.pointer(pointer));
        assert_eq!(located.is_whole, whole);
    }

    #[rstest]
    #[case("header `x-forwarded-client-cert`, from outside")]
    #[case("https://hello.test, this machine without the root")]
    #[case("")]
    fn nothing_is_found_of_a_sentence(#[case] field: &str) {
        assert_eq!(locate(&object(), field), None);
    }
}
