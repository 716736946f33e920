//! Injection by plain Istio: which revision's webhook is called for the pods of a template, and what it decides.
//!
//! The selectors of the webhooks are those of Istio's chart; a revision tag has the same ones under its own name. Held against
//! Istio's own code by `cargo ci oracle` (`docs/semantics.md`).

use crate::istio::control_plane::{DEFAULT_REVISION, REVISION_LABEL};
use std::collections::BTreeMap;
use view::namespace::Namespace;
use view::workload::PodTemplate;

/// The label and the annotation of a pod that ask for a sidecar, or against one.
pub const INJECT: &str = "sidecar.istio.io/inject";
/// The label of a namespace that asks for sidecars, or against them.
pub const NAMESPACE_INJECTION: &str = "istio-injection";

/// Namespaces that istiod never injects, whoever asks.
const IGNORED_NAMESPACES: [&str; 4] = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

/// What the injector is set to, for pods that say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InjectorSettings {
    /// `sidecarInjectorWebhook.enableNamespacesByDefault`: namespaces without a label ask for sidecars.
    pub are_namespaces_enabled: bool,
    /// `global.proxy.autoInject: enabled`: pods for which the webhook is called get a sidecar unless they refuse.
    pub is_auto_inject_enabled: bool,
}

impl Default for InjectorSettings {
    fn default() -> Self {
        Self { are_namespaces_enabled: false, is_auto_inject_enabled: true }
    }
}

/// What becomes of the pods of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateInjection<'a> {
    /// The revision whose webhook is called, or the tag of one; none where no webhook is.
    pub revision: Option<&'a str>,
    /// Whether it gives them a sidecar.
    pub is_injected: bool,
}

/// What becomes of pods of this template in a namespace; one that is not known is taken for one without labels. Read in
/// `templates/mutatingwebhook.yaml` of Istio's chart `istiod`, and in `injectRequired` of `pkg/kube/inject/inject.go`.
pub fn injection_of_template<'a>(
    namespace: Option<&'a Namespace>,
    template: &'a PodTemplate,
    settings: InjectorSettings,
) -> TemplateInjection<'a> {
    let nothing = BTreeMap::new();
    let labels = namespace.map_or(&nothing, |namespace| &namespace.metadata.labels);
    let name = namespace.map_or("", |namespace| &namespace.metadata.name);
    let pod = &template.metadata.labels;
    let revision = called_revision(
        (labels.get(NAMESPACE_INJECTION), namespace.and_then(|one| one.label(REVISION_LABEL))),
        (pod.get(INJECT), pod.get(REVISION_LABEL)),
        settings.are_namespaces_enabled && !IGNORED_NAMESPACES.contains(&name),
    );
    let request = pod.get(INJECT).or_else(|| template.metadata.annotations.get(INJECT));
    let is_wanted = match request.map(String::as_str) {
        Some("true") => true,
        Some("false") => false,
        // Anything else is no answer.
        _ => settings.is_auto_inject_enabled,
    };
    let is_injected = revision.is_some() && is_wanted && !IGNORED_NAMESPACES.contains(&name);
    TemplateInjection { revision, is_injected }
}

/// The revision whose webhook the API server calls, by two labels of the namespace and two of the pod.
fn called_revision<'a>(
    (injection, namespace_revision): (Option<&String>, Option<&'a str>),
    (inject, pod_revision): (Option<&String>, Option<&'a String>),
    is_enabled_by_default: bool,
) -> Option<&'a str> {
    let inject = inject.map(String::as_str);
    match (injection.map(String::as_str), namespace_revision) {
        _ if inject == Some("false") => None,
        (Some("enabled"), _) => Some(DEFAULT_REVISION),
        (Some(_), _) => None,
        (None, Some(revision)) => Some(revision),
        (None, None) => match (pod_revision, inject) {
            (Some(revision), _) => Some(revision),
            (None, Some("true")) => Some(DEFAULT_REVISION),
            (None, None) => is_enabled_by_default.then_some(DEFAULT_REVISION),
            (None, Some(_)) => None,
        },
    }
}
