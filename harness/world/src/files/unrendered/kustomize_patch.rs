//! The objects that the patches of a kustomization change.

use crate::files::documents::aliases;
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

/// The objects that a patch changes. What is not said may be any.
#[derive(Debug, Clone, Default)]
pub(crate) struct PatchTarget {
    kind: Option<NamePattern>,
    namespace: Option<NamePattern>,
    name: Option<NamePattern>,
}

/// A name, or a pattern that all of it has to fit.
#[derive(Debug, Clone)]
enum NamePattern {
    Exact(String),
    Pattern(Regex),
    /// A pattern that cannot be read may mean any name.
    Any,
}

impl NamePattern {
    fn of(text: &str) -> Self {
        if text.chars().all(|letter| letter.is_alphanumeric() || letter == '-') {
            return Self::Exact(text.to_owned());
        }
        Regex::new(&format!("^(?:{text})$")).map_or(Self::Any, Self::Pattern)
    }

    fn is_match(&self, name: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == name,
            Self::Pattern(pattern) => pattern.is_match(name),
            Self::Any => true,
        }
    }
}

impl PatchTarget {
    fn of_selector(selector: &Value) -> Self {
        let pattern = |key: &str| selector[key].as_str().map(NamePattern::of);
        Self { kind: pattern("kind"), namespace: pattern("namespace"), name: pattern("name") }
    }

    fn of_object(object: &Value) -> Self {
        let exact = |value: &Value| value.as_str().map(|text| NamePattern::Exact(text.to_owned()));
        let metadata = &object["metadata"];
        Self {
            kind: exact(&object["kind"]),
            namespace: exact(&metadata["namespace"]),
            name: exact(&metadata["name"]),
        }
    }

    /// Whether the patch changes an object. Its namespace may be set by the kustomization only.
    pub(crate) fn is_of(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let is_match = |pattern: &Option<NamePattern>, name: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.is_match(name))
        };
        is_match(&self.kind, kind)
            && is_match(&self.name, name)
            && (namespace.is_empty() || is_match(&self.namespace, namespace))
    }
}

/// The objects that the patches of a kustomization change. `text_of` reads a file beside it.
pub(crate) fn patch_targets(
    kustomization: &Value,
    text_of: impl Fn(&str) -> Option<String>,
) -> Vec<PatchTarget> {
    let entries = |key: &str| kustomization[key].as_array().into_iter().flatten();
    let mut targets = Vec::new();
    for entry in entries("patches").chain(entries("patchesJson6902")) {
        if entry["target"].is_object() {
            targets.push(PatchTarget::of_selector(&entry["target"]));
            continue;
        }
        let text = match (entry["patch"].as_str(), entry["path"].as_str()) {
            (Some(patch), _) => Some(patch.to_owned()),
            (None, Some(path)) => text_of(path),
            (None, None) => None,
        };
        targets.extend(targets_of_text(text.as_deref()));
    }
    for entry in entries("patchesStrategicMerge").filter_map(Value::as_str) {
        let text = if entry.contains('\n') { Some(entry.to_owned()) } else { text_of(entry) };
        targets.extend(targets_of_text(text.as_deref()));
    }
    targets
}

/// The objects that a text of patches names. One that cannot be read may change any.
fn targets_of_text(text: Option<&str>) -> Vec<PatchTarget> {
    let Some(text) = text.filter(|text| aliases::is_small_expanded(text)) else {
        return vec![PatchTarget::default()];
    };
    let mut targets = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        match Value::deserialize(document) {
            Ok(Value::Null) => {}
            Ok(object) => targets.push(PatchTarget::of_object(&object)),
            Err(_) => return vec![PatchTarget::default()],
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const PATCH: &str =
        "kind: Pod\nmetadata: {name: a}\n---\nkind: Service\nmetadata: {name: b, namespace: n}\n";

    #[rstest]
    #[case::path("patches: [{path: patch.yaml}]", &["Pod a", "Pod n/a", "Service b", "Service n/b"])]
    #[case::inline("patches: [{patch: 'kind: Pod\n\n  metadata: {name: a}'}]", &["Pod a", "Pod n/a"])]
    #[case::target("patches: [{path: x.json, target: {kind: Pod, name: a}}]", &["Pod a", "Pod n/a"])]
    #[case::pattern("patches: [{path: x.json, target: {kind: Pod|Service, name: '[ab]'}}]", &["Pod a", "Pod n/a", "Service b", "Service n/b"])]
    #[case::part_of_a_name("patches: [{path: x.json, target: {kind: Po}}]", &[])]
    #[case::namespace("patches: [{path: x.json, target: {namespace: m}}]", &["Pod a", "Service b"])]
    #[case::json_patch("patchesJson6902: [{path: x.json, target: {kind: Service, name: b}}]", &["Service b", "Service n/b"])]
    #[case::strategic_merge("patchesStrategicMerge: [patch.yaml]", &["Pod a", "Pod n/a", "Service b", "Service n/b"])]
    #[case::missing("patches: [{path: gone.yaml}]", &["Pod a", "Pod n/a", "Service b", "Service n/b"])]
    #[case::none("resources: [patch.yaml]", &[])]
    fn patch_changes_objects(#[case] kustomization: &str, #[case] expected: &[&str]) {
        let kustomization = serde_yaml::from_str(kustomization).unwrap();
        let text_of = |path: &str| (path == "patch.yaml").then(|| PATCH.to_owned());
        let targets = patch_targets(&kustomization, text_of);
        let all = [("Pod", "", "a"), ("Pod", "n", "a"), ("Service", "", "b"), ("Service", "n", "b")];
        let changed = all.iter().filter(|(kind, namespace, name)| {
            targets.iter().any(|target| target.is_of(kind, namespace, name))
        });
        let shown =
            changed.map(|(kind, namespace, name)| format!("{kind} {namespace}/{name}").replace(" /", " "));
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }
}
