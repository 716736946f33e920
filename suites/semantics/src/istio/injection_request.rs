//! Whether the pods of a workload ask for a sidecar.
//!
//! Plain Istio looks at the label of a pod where the namespace does not ask for injection itself; an annotation then does
//! nothing. Maistra's webhook is called for each pod of a member, and reads annotations too.

use crate::istio::control_plane::REVISION_LABEL;
use view::namespace::Namespace;
use view::workload::PodTemplate;

/// The label and the annotation of a pod that ask for a sidecar, or against one.
pub const INJECT: &str = "sidecar.istio.io/inject";
/// The label of a namespace that asks for sidecars, or against them.
pub const NAMESPACE_INJECTION: &str = "istio-injection";

/// Whether pods of this template get a sidecar. `is_webhook_for_all` says that the webhook is called whatever the
/// namespace asks for.
pub fn is_injection_requested(
    namespace: Option<&Namespace>,
    template: &PodTemplate,
    is_webhook_for_all: bool,
) -> bool {
    let is_namespace_asking = is_asking(namespace);
    let label = template.metadata.labels.get(INJECT);
    let annotation = template.metadata.annotations.get(INJECT);
    let request = if is_namespace_asking || is_webhook_for_all { label.or(annotation) } else { label };
    request.map_or(is_namespace_asking, |value| value == "true")
}

fn is_asking(namespace: Option<&Namespace>) -> bool {
    namespace.is_some_and(|namespace| {
        namespace.label(NAMESPACE_INJECTION) == Some("enabled") || namespace.label(REVISION_LABEL).is_some()
    })
}

/// The field of a template by which its pods get no sidecar, and what it says, for a person. An annotation counts where the
/// webhook is called without a label.
pub fn refusing_field(
    namespace: Option<&Namespace>,
    template: &PodTemplate,
    is_webhook_for_all: bool,
) -> (String, String) {
    let is_read = is_webhook_for_all || is_asking(namespace);
    let labels = format!("spec.template.metadata.labels[{INJECT}]");
    match (template.metadata.labels.get(INJECT), template.metadata.annotations.get(INJECT)) {
        (Some(label), _) => (labels, format!("\"{label}\"")),
        (None, Some(annotation)) if is_read => {
            (format!("spec.template.metadata.annotations[{INJECT}]"), format!("\"{annotation}\""))
        }
        (None, Some(annotation)) => {
            (labels, format!("no such label; an annotation \"{annotation}\" does not call the webhook"))
        }
        (None, None) => (labels, "no such label".to_owned()),
    }
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
        let field = format!("spec.template.metadata.{map}[{INJECT}]");
        let expected = (field, observed.to_owned());
        assert_eq!(refusing_field(None, &template, is_webhook_for_all), expected);
    }
}
