//! Whether a template asks for a sidecar, where not all is known that decides it.
//!
//! What is not known is tried in each way that it could be: a namespace that is not among the files with the labels that
//! decide, a mesh of an unknown flavour as both, and a value that releases of Istio read differently as each of them does.

use crate::istio::injection_request::{is_injection_requested, is_yes};
use crate::istio::injection_webhook::{INJECT, NAMESPACE_INJECTION};
use std::collections::{BTreeMap, BTreeSet};
use view::namespace::Namespace;
use view::workload::PodTemplate;
use vocabulary::{Meta, Objects};

/// What is known of what decides.
#[derive(Debug)]
pub struct InjectionGround<'a> {
    /// The namespace of the workload; none where there is none, or it is not known.
    pub namespace: Option<&'a Namespace>,
    /// What is missing to know the namespace; nothing where it is known.
    pub missing_namespace: Option<String>,
    /// Whether the webhook is called for each pod, whatever its namespace asks for.
    pub is_webhook_for_all: bool,
    /// What is missing to know that; nothing where it is known.
    pub missing_flavour: Option<String>,
}

impl<'a> InjectionGround<'a> {
    /// What is known of a namespace of this name.
    pub fn of_namespace(
        name: &str,
        namespaces: &'a Objects<Namespace>,
        is_webhook_for_all: bool,
        missing_flavour: Option<String>,
    ) -> Self {
        let namespace = namespaces.named("", name).map(AsRef::as_ref);
        let missing_namespace = if namespace.is_some() { None } else { namespaces.missing() };
        Self { namespace, missing_namespace, is_webhook_for_all, missing_flavour }
    }
}

/// Whether pods of a template get a sidecar; or what is missing to know that.
pub fn possible_injection(ground: &InjectionGround<'_>, template: &PodTemplate) -> Result<bool, String> {
    let supposed: Vec<_> = ["enabled", "disabled"].map(namespace_with_injection).into();
    let mut namespaces = vec![ground.namespace];
    if ground.missing_namespace.is_some() {
        namespaces.extend(supposed.iter().map(Some));
    }
    let flavours: &[bool] =
        if ground.missing_flavour.is_some() { &[true, false] } else { &[ground.is_webhook_for_all] };
    let templates = possible_templates(template);
    let answers = |namespaces: &[Option<&Namespace>], flavours: &[bool], templates: &[PodTemplate]| {
        let mut answers = BTreeSet::new();
        for namespace in namespaces {
            for is_webhook_for_all in flavours {
                let asks = |template| is_injection_requested(*namespace, template, *is_webhook_for_all);
                answers.extend(templates.iter().map(asks));
            }
        }
        answers
    };
    let all = answers(&namespaces, flavours, &templates);
    if let (1, Some(only)) = (all.len(), all.first()) {
        return Ok(*only);
    }
    let by_namespace = ground.missing_namespace.clone();
    let by_flavour = ground.missing_flavour.clone();
    let is_of_namespace = answers(&namespaces, &flavours[..1], &templates[..1]).len() > 1;
    let missing = if is_of_namespace { by_namespace.or(by_flavour) } else { by_flavour.or(by_namespace) };
    Err(missing
        .unwrap_or_else(|| format!("how this release of Istio reads another `{INJECT}` than true or false")))
}

fn namespace_with_injection(value: &str) -> Namespace {
    let labels = BTreeMap::from([(NAMESPACE_INJECTION.to_owned(), value.to_owned())]);
    Namespace { metadata: Meta { labels, ..Meta::default() } }
}

/// What a template comes to. A value that is neither `true` nor `false` is none for Istio 1.31, and for older ones it refuses, but for
/// the other words for true: these ask, as the namespace does by which alone the webhook is called.
fn possible_templates(template: &PodTemplate) -> Vec<PodTemplate> {
    let is_odd = |value: &String| value != "false" && !is_yes(value);
    let meta = &template.metadata;
    let (label, annotation) = (meta.labels.get(INJECT), meta.annotations.get(INJECT));
    if !label.or(annotation).is_some_and(is_odd) {
        return vec![template.clone()];
    }
    let (mut without, mut refusing) = (template.clone(), template.clone());
    without.metadata.labels.remove(INJECT);
    without.metadata.annotations.remove(INJECT);
    let map =
        if label.is_some() { &mut refusing.metadata.labels } else { &mut refusing.metadata.annotations };
    map.insert(INJECT.to_owned(), "false".to_owned());
    vec![without, refusing]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn template(metadata: &Value) -> PodTemplate {
        serde_json::from_value(json!({"metadata": metadata})).unwrap()
    }

    fn namespace(labels: &Value) -> Namespace {
        serde_json::from_value(json!({"metadata": {"name": "n", "labels": labels}})).unwrap()
    }

    fn answer(metadata: &Value, missing: [Option<&str>; 2], labels: Option<&Value>) -> Result<bool, String> {
        let namespace = labels.map(namespace);
        let [missing_namespace, missing_flavour] = missing.map(|text| text.map(ToOwned::to_owned));
        let ground = InjectionGround {
            namespace: namespace.as_ref(),
            missing_namespace,
            is_webhook_for_all: false,
            missing_flavour,
        };
        possible_injection(&ground, &template(metadata))
    }

    #[rstest]
    #[case::label(json!({"labels": {INJECT: "true"}}), Ok(true))]
    #[case::label_against(json!({"labels": {INJECT: "false"}}), Ok(false))]
    #[case::annotation(json!({"annotations": {INJECT: "true"}}), Ok(false))]
    #[case::nothing(json!({}), Ok(false))]
    fn known_ground_gives_an_answer(#[case] metadata: Value, #[case] expected: Result<bool, String>) {
        assert_eq!(answer(&metadata, [None, None], Some(&json!({}))), expected);
    }

    #[rstest]
    #[case::namespace_may_keep_webhooks_away(json!({"labels": {INJECT: "true"}}), Err("n"))]
    #[case::namespace_may_ask(json!({}), Err("n"))]
    #[case::refused_whatever_the_namespace(json!({"labels": {INJECT: "false"}}), Ok(false))]
    #[case::refused_by_annotation(json!({"annotations": {INJECT: "false"}}), Ok(false))]
    fn namespace_that_is_not_known_may_decide(#[case] metadata: Value, #[case] expected: Result<bool, &str>) {
        assert_eq!(answer(&metadata, [Some("n"), None], None), expected.map_err(ToOwned::to_owned));
    }

    #[rstest]
    #[case::annotation_is_read_by_one(json!({"annotations": {INJECT: "true"}}), Err("f"))]
    #[case::label_is_read_by_both(json!({"labels": {INJECT: "true"}}), Ok(true))]
    fn flavour_that_is_not_known_may_decide(#[case] metadata: Value, #[case] expected: Result<bool, &str>) {
        let answer = answer(&metadata, [None, Some("f")], Some(&json!({})));
        assert_eq!(answer, expected.map_err(ToOwned::to_owned));
    }

    #[test]
    fn value_that_releases_read_differently_is_not_known_where_the_namespace_asks() {
        let odd = json!({"labels": {INJECT: "no"}});
        let asking = json!({NAMESPACE_INJECTION: "enabled"});
        assert!(answer(&odd, [None, None], Some(&asking)).unwrap_err().starts_with("how this release"));
        assert_eq!(answer(&odd, [None, None], Some(&json!({}))), Ok(false));
        let yes = json!({"labels": {INJECT: "True"}});
        assert_eq!(answer(&yes, [None, None], Some(&asking)), Ok(true));
        assert_eq!(answer(&yes, [None, None], Some(&json!({}))), Ok(false));
    }
}
