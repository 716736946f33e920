//! The ConfigMaps of Knative as its operators make them of `spec.config`.
//!
//! Read in knative/operator, `pkg/reconciler/common/config_maps.go`: a section named after a ConfigMap, with or without
//! `config-`, adds its values to those of the release, and a section of another name does nothing. Of the release's own
//! values nothing is known here.

use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::{Draft, Drafts};
use crate::operator::knative_spec::KnativeSpec;
use serde_json::json;
use std::collections::BTreeMap;
use view::config_map::ConfigMap;
use vocabulary::View;

const PREFIX: &str = "config-";

/// The ConfigMaps with what a custom resource states: each of `always`, and each of `known` for which something is written.
/// What is written for a ConfigMap that no release has is noted.
pub(crate) fn config_drafts(
    (always, known): (&[&str], &[&str]),
    namespace: &str,
    spec: &KnativeSpec,
    origin: &CustomResource<'_>,
) -> Drafts {
    let mut drafts = Drafts::default();
    for name in known {
        if always.contains(name) || !sections(spec, name).is_empty() {
            drafts.drafts.push(config_map(namespace, name, spec, origin));
        }
    }
    let is_known =
        |section: &String| known.iter().any(|name| section_names(name).contains(&section.as_str()));
    for section in spec.config.keys().filter(|section| !is_known(section)) {
        let reason = "no ConfigMap of this name is known, with or without `config-`";
        drafts.notes.push(origin.note(&format!("spec.config.{section}"), reason));
    }
    drafts
}

/// A ConfigMap with what a custom resource states.
fn config_map(namespace: &str, name: &str, spec: &KnativeSpec, origin: &CustomResource<'_>) -> Draft {
    let field = config_field(spec, name);
    let mut draft = Draft::new(ConfigMap::KIND, namespace, name, origin, &field);
    draft.lead("data", &field);
    draft.fill(&["data"], json!({}));
    // Where both names are written, that with the prefix is read first, and alone.
    if let Some((section, values)) = sections(spec, name).first() {
        for (key, value) in *values {
            draft.state(&["data", key], value.as_str(), &format!("spec.config.{section}.{key}"));
        }
    }
    draft
}

/// The field in which a person writes the values of a ConfigMap.
fn config_field(spec: &KnativeSpec, name: &str) -> String {
    let short = name.strip_prefix(PREFIX).unwrap_or(name);
    let written = sections(spec, name).first().map(|(section, _)| *section);
    format!("spec.config.{}", written.unwrap_or(short))
}

/// A value that is written for a ConfigMap, under either name.
pub(crate) fn config_value<'a>(spec: &'a KnativeSpec, name: &'a str, key: &str) -> Option<&'a str> {
    let (_, values) = sections(spec, name).into_iter().next()?;
    values.get(key).map(String::as_str)
}

/// What is written for a ConfigMap, by the name under which it is.
fn sections<'a>(spec: &'a KnativeSpec, name: &'a str) -> Vec<(&'a str, &'a BTreeMap<String, String>)> {
    let section = |name: &'a str| Some((name, spec.config.get(name)?));
    section_names(name).into_iter().filter_map(section).collect()
}

/// The names under which values of a ConfigMap are written.
fn section_names(name: &str) -> Vec<&str> {
    let short = name.strip_prefix(PREFIX);
    std::iter::once(name).chain(short).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::Value;

    const KNOWN: &[&str] = &["config-istio", "config-domain", "default-ch-webhook"];

    fn drafts(config: &Value) -> Drafts {
        let value = json!({"metadata": {"name": "s", "namespace": "n"}, "spec": {"config": config}});
        let origin = CustomResource::read(&value, "KnativeServing", None).unwrap();
        config_drafts((&["config-istio"], KNOWN), "n", &origin.spec().unwrap(), &origin)
    }

    #[rstest]
    #[case::short_name(json!({"istio": {"gateway.n.g": "h"}}), "spec.config.istio.gateway.n.g")]
    #[case::full_name(json!({"config-istio": {"gateway.n.g": "h"}}), "spec.config.config-istio.gateway.n.g")]
    #[case::full_name_first(json!({"istio": {"a": "b"}, "config-istio": {"gateway.n.g": "h"}}),
        "spec.config.config-istio.gateway.n.g")]
    fn section_goes_by_both_names(#[case] config: Value, #[case] field: &str) {
        let derived = drafts(&config).drafts.remove(0).into_derived();
        assert_eq!(derived.object["data"], json!({"gateway.n.g": "h"}));
        assert_eq!(derived.origin_field("data.gateway.n.g"), field);
    }

    #[test]
    fn map_that_is_always_there_is_empty() {
        let mut drafts = drafts(&json!({})).drafts;
        assert_eq!(drafts.len(), 1);
        let derived = drafts.remove(0).into_derived();
        assert_eq!(derived.object["data"], json!({}));
        assert_eq!(derived.origin_field("data.external-gateways"), "spec.config.istio.external-gateways");
        assert_eq!(derived.origin_field("metadata.name"), "spec.config.istio");
    }

    #[rstest]
    #[case::domain("domain", &["config-istio", "config-domain"], 0)]
    #[case::name_without_the_prefix("default-ch-webhook", &["config-istio", "default-ch-webhook"], 0)]
    #[case::unknown("domains", &["config-istio"], 1)]
    fn map_is_made_of_a_known_section(
        #[case] section: &str,
        #[case] expected: &[&str],
        #[case] note_count: usize,
    ) {
        let drafts = drafts(&json!({section: {"a": "b"}}));
        let names: Vec<_> = drafts.drafts.iter().map(|draft| draft.object_ref().name.as_str()).collect();
        assert_eq!((names.as_slice(), drafts.notes.len()), (expected, note_count));
    }
}
