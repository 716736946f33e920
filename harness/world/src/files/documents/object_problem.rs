//! Why a document that has a version and a kind is still no object that could be applied.

use crate::api_group;
use crate::files::not_read::NotReadReason;
use serde_json::Value;

/// What only Helm's templates hold, behind `{{` and what may stand there.
const HELM: &[&str] =
    &[".Values", ".Release", ".Chart", ".Capabilities", ".Files", "include ", "template ", "tpl "];

/// Groups whose objects have braces in no line of their own; Knative's and others have templates of their own.
const WITHOUT_TEMPLATES: &[&str] = &["networking.istio.io", "security.istio.io", "gateway.networking.k8s.io"];

/// Why a document is no object, and what it is about it.
pub(crate) fn find(object: &Value, api_version: &str, kind: &str) -> Option<(NotReadReason, String)> {
    if api_version.starts_with("kustomize.config.k8s.io/") {
        return Some((NotReadReason::NoObject, format!("a {kind} of kustomize")));
    }
    let incomplete = |detail: &str| Some((NotReadReason::Incomplete, detail.to_owned()));
    let metadata = &object["metadata"];
    let is_from_server = metadata["uid"].is_string();
    if kind == "Template" && object["objects"].is_array() && !is_from_server {
        return Some((
            NotReadReason::OpenShiftTemplate,
            format!("{} objects", object["objects"].as_array()?.len()),
        ));
    }
    if !metadata.is_object() {
        return incomplete(&format!("{kind} without `metadata`"));
    }
    let name = match &metadata["name"] {
        Value::String(name) if !name.is_empty() => name,
        Value::Null | Value::String(_) if metadata["generateName"].is_string() => {
            return incomplete(&format!("{kind} with a generated name"));
        }
        Value::Null | Value::String(_) => return incomplete(&format!("{kind} without a name")),
        other => {
            return incomplete(&format!(
                "{kind} whose name is {}, and no text",
                vocabulary::one_line(&other.to_string())
            ));
        }
    };
    let namespace = match &metadata["namespace"] {
        Value::Null => "",
        Value::String(namespace) => namespace,
        _ => return incomplete(&format!("{kind} {name}, whose namespace is no text")),
    };
    if is_from_server {
        return None;
    }
    let placeholder = [api_version, kind, namespace, name].into_iter().find_map(placeholder_in);
    let placeholder = placeholder.or_else(|| {
        let (group, _) = api_version.split_once('/').unwrap_or(("", api_version));
        let is_data =
            |(key, _): &(&String, &Value)| *key != "data" && *key != "stringData" && *key != "binaryData";
        let fields = object.as_object()?.iter().filter(is_data);
        fields
            .map(|(_, value)| value)
            .find_map(|value| find_text(value, &|text| placeholder_of_group(group, kind, text)))
    });
    placeholder.map(|(reason, text)| (reason, format!("{kind} {name}: `{}`", vocabulary::one_line(&text))))
}

/// What stands for something else in a name.
fn placeholder_in(name: &str) -> Option<(NotReadReason, String)> {
    if name.contains("{{") || name.contains("{%") {
        Some((NotReadReason::Template, name.to_owned()))
    } else if ["${", "$(", "<", "%"].iter().any(|mark| name.contains(mark)) {
        Some((NotReadReason::Placeholder, name.to_owned()))
    } else {
        None
    }
}

/// What stands for something else in any other text of an object.
fn placeholder_of_group(group: &str, kind: &str, text: &str) -> Option<(NotReadReason, String)> {
    let template = || Some((NotReadReason::Template, text.to_owned()));
    let mut actions = text.split("{{").skip(1).map(|rest| rest.trim_start_matches(['-', ' ', '(']));
    if actions.any(|action| HELM.iter().any(|word| action.starts_with(word))) {
        return template();
    }
    let is_code = text.contains('\n') || kind == "EnvoyFilter" || kind == "WasmPlugin";
    if is_code || api_group::is_built_in(group) {
        return None;
    }
    if WITHOUT_TEMPLATES.contains(&group) && (text.contains("{{") || text.contains("{%")) {
        return template();
    }
    let is_variable = |rest: &str| {
        rest.split_once('}').is_some_and(|(name, _)| {
            name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        })
    };
    let has_variable = text.split("${").skip(1).any(is_variable);
    has_variable.then(|| (NotReadReason::Placeholder, text.to_owned()))
}

fn find_text<T>(value: &Value, find: &impl Fn(&str) -> Option<T>) -> Option<T> {
    match value {
        Value::String(text) => find(text),
        Value::Array(items) => items.iter().find_map(|item| find_text(item, find)),
        Value::Object(fields) => fields.values().find_map(|field| find_text(field, find)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn problem(api_version: &str, kind: &str, mut object: Value) -> Option<String> {
        object["apiVersion"] = Value::from(api_version);
        object["kind"] = Value::from(kind);
        find(&object, api_version, kind).map(|(reason, detail)| format!("{reason:?}: {detail}"))
    }

    #[rstest]
    #[case::name(json!({"metadata": {"name": "a"}}), None)]
    #[case::no_metadata(json!({}), Some("Incomplete: Pod without `metadata`"))]
    #[case::null(json!({"metadata": null}), Some("Incomplete: Pod without `metadata`"))]
    #[case::no_name(json!({"metadata": {}}), Some("Incomplete: Pod without a name"))]
    #[case::empty_name(json!({"metadata": {"name": ""}}), Some("Incomplete: Pod without a name"))]
    #[case::generated(json!({"metadata": {"generateName": "a-"}}), Some("Incomplete: Pod with a generated name"))]
    #[case::number(json!({"metadata": {"name": 1}}), Some("Incomplete: Pod whose name is 1, and no text"))]
    #[case::namespace(json!({"metadata": {"name": "a", "namespace": 1}}), Some("Incomplete: Pod a, whose namespace is no text"))]
    #[case::template_name(json!({"metadata": {"name": "{{ .x }}-a"}}), Some("Template: Pod {{ .x }}-a: `{{ .x }}-a`"))]
    #[case::variable(json!({"metadata": {"name": "a", "namespace": "${NS}"}}), Some("Placeholder: Pod a: `${NS}`"))]
    #[case::helm(
        json!({"metadata": {"name": "a"}, "spec": [{"x": "{{- .Values.y }}"}]}),
        Some("Template: Pod a: `{{- .Values.y }}`")
    )]
    #[case::shell(json!({"metadata": {"name": "a"}, "spec": "echo ${X}"}), None)]
    #[case::data(json!({"metadata": {"name": "a"}, "data": {"values": "{{ .Values.x }}"}}), None)]
    #[case::of_the_server(json!({"metadata": {"name": "a", "uid": "1"}, "spec": "{{ .Values.x }}"}), None)]
    fn what_is_no_object_is_told_apart(#[case] object: Value, #[case] expected: Option<&str>) {
        assert_eq!(problem("v1", "Pod", object).as_deref(), expected);
    }

    #[rstest]
    #[case::knative("operator.knative.dev/v1beta1", "{{.Name}}.{{.Domain}}", false)]
    #[case::istio("networking.istio.io/v1", "*.{{ domain }}", true)]
    #[case::variable("networking.istio.io/v1", "*.${DOMAIN}", true)]
    #[case::built_in("apps/v1", "*.${DOMAIN}", false)]
    fn placeholder_in_a_field(#[case] api_version: &str, #[case] text: &str, #[case] is_one: bool) {
        let object = json!({"metadata": {"name": "a"}, "spec": {"hosts": [text]}});
        assert_eq!(problem(api_version, "Some", object).is_some(), is_one);
    }

    #[test]
    fn template_of_openshift_is_no_object_but_on_the_server() {
        let object = json!({"metadata": {"name": "a"}, "objects": [{}, {}]});
        let found = problem("template.openshift.io/v1", "Template", object);
        assert_eq!(found.as_deref(), Some("OpenShiftTemplate: 2 objects"));
        let object = json!({"metadata": {"name": "a", "uid": "1"}, "objects": [{}]});
        assert_eq!(problem("template.openshift.io/v1", "Template", object), None);
        let found = problem("kustomize.config.k8s.io/v1beta1", "Kustomization", json!({}));
        assert_eq!(found.as_deref(), Some("NoObject: a Kustomization of kustomize"));
    }
}
