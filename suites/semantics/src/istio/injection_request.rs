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
    let is_namespace_asking = namespace.is_some_and(|namespace| {
        namespace.label(NAMESPACE_INJECTION) == Some("enabled") || namespace.label(REVISION_LABEL).is_some()
    });
    let label = template.metadata.labels.get(INJECT);
    let annotation = template.metadata.annotations.get(INJECT);
    let request = if is_namespace_asking || is_webhook_for_all { label.or(annotation) } else { label };
    request.map_or(is_namespace_asking, |value| value == "true")
}

/// What a template says about injection, for a person.
pub fn describe_injection_request(template: &PodTemplate) -> String {
    match (template.metadata.labels.get(INJECT), template.metadata.annotations.get(INJECT)) {
        (Some(label), _) => format!("\"{label}\""),
        (None, Some(annotation)) => {
            format!("no such label; an annotation \"{annotation}\" does not call the webhook")
        }
        (None, None) => "no such label".to_owned(),
    }
}
