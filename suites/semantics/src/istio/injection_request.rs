//! Whether the pods of a workload ask for a sidecar.
//!
//! Plain Istio looks at the label of a pod where the namespace does not ask for injection itself; an annotation then does
//! nothing. Maistra's webhook is called for each pod of a member, and reads annotations too.

use crate::istio::control_plane::REVISION_LABEL;
use crate::istio::injection_webhook::{INJECT, InjectorSettings, NAMESPACE_INJECTION, injection_of_template};
use view::namespace::Namespace;
use view::workload::PodTemplate;
use vocabulary::{ObjectRef, View};

/// Whether pods of this template get a sidecar. `is_webhook_for_all` says that the webhook is called whatever the
/// namespace asks for.
pub fn is_injection_requested(
    namespace: Option<&Namespace>,
    template: &PodTemplate,
    is_webhook_for_all: bool,
) -> bool {
    if !is_webhook_for_all {
        return injection_of_template(namespace, template, InjectorSettings::default()).is_injected;
    }
    let label = template.metadata.labels.get(INJECT);
    let request = label.or_else(|| template.metadata.annotations.get(INJECT));
    request.map_or(is_asking(namespace), |value| is_yes(value))
}

/// Whether a value is one of YAML's words for true, in whatever case. Older releases of Istio read them, those of Maistra among them, in
/// `injectRequired` of `pkg/kube/inject/inject.go`.
pub(super) fn is_yes(value: &str) -> bool {
    ["y", "yes", "true", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn is_asking(namespace: Option<&Namespace>) -> bool {
    namespace.is_some_and(|namespace| {
        namespace.label(NAMESPACE_INJECTION) == Some("enabled") || namespace.label(REVISION_LABEL).is_some()
    })
}

/// Why pods of a template get no sidecar: what has to be otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct InjectionRefusal {
    /// The namespace, where it is what refuses; else the workload.
    pub namespace: Option<ObjectRef>,
    /// The field of it.
    pub field: String,
    /// What should be there.
    pub expected: &'static str,
    /// What is there, for a person.
    pub observed: String,
}

/// Why pods of a template get no sidecar. An annotation counts where the webhook is called without a label, and a label does
/// not where the namespace keeps every webhook away.
pub fn injection_refusal(
    namespace: Option<&Namespace>,
    template: &PodTemplate,
    is_webhook_for_all: bool,
) -> InjectionRefusal {
    let label = template.metadata.labels.get(INJECT);
    if let Some(namespace) = namespace
        && let Some(value) = namespace.label(NAMESPACE_INJECTION)
        && !is_webhook_for_all
        && value != "enabled"
        && label.is_some_and(|label| label == "true")
    {
        return InjectionRefusal {
            namespace: Some(namespace.object_ref()),
            field: format!("metadata.labels[{NAMESPACE_INJECTION}]"),
            expected: "enabled, or no such label",
            observed: format!("{value}, by which no webhook is called for its pods, whatever their labels"),
        };
    }
    let is_read = is_webhook_for_all || is_asking(namespace);
    let labels = format!("spec.template.metadata.labels[{INJECT}]");
    let (field, observed) = match (label, template.metadata.annotations.get(INJECT)) {
        (Some(label), _) => (labels, format!("\"{label}\"")),
        (None, Some(annotation)) if is_read => {
            (format!("spec.template.metadata.annotations[{INJECT}]"), format!("\"{annotation}\""))
        }
        (None, Some(annotation)) => {
            (labels, format!("no such label; an annotation \"{annotation}\" does not call the webhook"))
        }
        (None, None) => (labels, "no such label".to_owned()),
    };
    InjectionRefusal { namespace: None, field, expected: "\"true\"", observed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::label(json!({"labels": {INJECT: "false"}, "annotations": {INJECT: "true"}}), true, "labels", "\"false\"")]
    #[case::annotation_is_read(json!({"annotations": {INJECT: "false"}}), true, "annotations", "\"false\"")]
    #[case::annotation_is_not_read(json!({"annotations": {INJECT: "false"}}), false, "labels",
        "no such label; an annotation \"false\" does not call the webhook")]
    #[case::nothing(json!({}), true, "labels", "no such label")]
    fn field_is_the_one_that_is_read(
        #[case] metadata: Value,
        #[case] is_webhook_for_all: bool,
        #[case] map: &str,
        #[case] observed: &str,
    ) {
        let template: PodTemplate = serde_json::from_value(json!({"metadata": metadata})).unwrap();
        let refusal = injection_refusal(None, &template, is_webhook_for_all);
        let field = format!("spec.template.metadata.{map}[{INJECT}]");
        assert_eq!((refusal.field, refusal.observed), (field, observed.to_owned()));
    }

    #[rstest]
    #[case::capital("True", true)]
    #[case::other_word("yes", true)]
    #[case::no("no", false)]
    fn maistra_reads_the_words_of_yaml(#[case] value: &str, #[case] expected: bool) {
        let metadata = json!({"metadata": {"annotations": {INJECT: value}}});
        let template: PodTemplate = serde_json::from_value(metadata).unwrap();
        assert_eq!(is_injection_requested(None, &template, true), expected);
    }

    #[test]
    fn namespace_that_keeps_webhooks_away_is_what_refuses() {
        let labels = json!({"metadata": {"name": "n", "labels": {NAMESPACE_INJECTION: "disabled"}}});
        let namespace: Namespace = serde_json::from_value(labels).unwrap();
        let asking = json!({"metadata": {"labels": {INJECT: "true"}}});
        let template: PodTemplate = serde_json::from_value(asking).unwrap();
        assert!(!is_injection_requested(Some(&namespace), &template, false));
        let refusal = injection_refusal(Some(&namespace), &template, false);
        assert_eq!(refusal.namespace, Some(namespace.object_ref()));
        assert_eq!(refusal.field, "metadata.labels[istio-injection]");
    }
}
