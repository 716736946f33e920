//! The workloads of Knative as its operators make them: with the labels by which their pods are found, and what a custom
//! resource overrides.
//!
//! Read in knative/operator, `pkg/reconciler/common/workload_override.go` (labels and annotations go to the workload and to
//! its pod template) and `ha.go` (the number of pods). Without either, a number is not known: the manifests of a release
//! and autoscalers decide.

use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::Draft;
use crate::operator::knative_spec::KnativeSpec;
use serde_json::{Value, json};
use view::workload::{Deployment, StatefulSet};
use vocabulary::View;

/// A workload in the manifests of an operator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnativeWorkload {
    /// Its name.
    pub(crate) name: &'static str,
    /// The labels of its pods by which it finds them.
    pub(crate) labels: &'static [(&'static str, &'static str)],
    /// What decides the number of its pods.
    pub(crate) scale: Scale,
    /// Whether it is a StatefulSet.
    pub(crate) is_stateful: bool,
}

/// What decides the number of pods of a workload, where it is not overridden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// `spec.high-availability`.
    HighAvailability,
    /// The manifest, with this number.
    Fixed(i64),
    /// What no manifest tells: an autoscaler, or a controller.
    Unknown,
}

impl KnativeWorkload {
    /// A Deployment whose number of pods `spec.high-availability` decides.
    pub(crate) const fn new(name: &'static str, labels: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, labels, scale: Scale::HighAvailability, is_stateful: false }
    }

    /// The same, with another number of pods.
    pub(crate) const fn scaled(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    /// The same as a StatefulSet.
    pub(crate) const fn stateful(self) -> Self {
        Self { is_stateful: true, ..self }
    }

    /// The workload with what a custom resource overrides.
    pub(crate) fn draft(&self, namespace: &str, spec: &KnativeSpec, origin: &CustomResource<'_>) -> Draft {
        let kind = if self.is_stateful { StatefulSet::KIND } else { Deployment::KIND };
        let field = spec.override_field(self.name);
        let mut draft = Draft::new(kind, namespace, self.name, origin, &field);
        for (key, value) in self.labels {
            draft.fill(&["spec", "selector", "matchLabels", key], *value);
            draft.fill(&["spec", "template", "metadata", "labels", key], *value);
        }
        draft.lead("spec.template.metadata.labels", &format!("{field}.labels"));
        draft.lead("spec.template.metadata.annotations", &format!("{field}.annotations"));
        draft.lead("spec.replicas", &format!("{field}.replicas"));
        match (self.scale, spec.high_availability.replicas) {
            (Scale::Fixed(replicas), _) => draft.fill(&["spec", "replicas"], replicas),
            (Scale::HighAvailability, Some(replicas)) => {
                draft.state(&["spec", "replicas"], replicas, "spec.high-availability.replicas");
            }
            (Scale::HighAvailability, None) | (Scale::Unknown, _) => {}
        }
        self.override_fields(&mut draft, spec);
        draft
    }

    fn override_fields(&self, draft: &mut Draft, spec: &KnativeSpec) {
        let mut containers: Vec<Value> = Vec::new();
        for (field, one) in spec.overrides(self.name) {
            for (kind, values) in [("labels", &one.labels), ("annotations", &one.annotations)] {
                for (key, value) in values {
                    let origin = format!("{field}.{kind}[{key}]");
                    draft.state(&["spec", "template", "metadata", kind, key], value.as_str(), &origin);
                    draft.fill(&["metadata", kind, key], value.as_str());
                }
            }
            if let Some(replicas) = one.replicas {
                draft.state(&["spec", "replicas"], replicas, &format!("{field}.replicas"));
            }
            for env in &one.env {
                containers.push(json!({"name": env.container, "env": env.env_vars}));
            }
        }
        if !containers.is_empty() {
            draft.fill(&["spec", "template", "spec", "containers"], containers);
        }
    }
}

/// What keeps the pods of a template out of the mesh. Releases differ in whether it is the label or the annotation; each
/// has the same effect.
pub(crate) fn forbid_injection(draft: &mut Draft) {
    for kind in ["labels", "annotations"] {
        draft.fill(&["spec", "template", "metadata", kind, "sidecar.istio.io/inject"], "false");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ACTIVATOR: KnativeWorkload = KnativeWorkload::new("activator", &[("app", "activator")]);
    const INJECT: &str = "spec.template.metadata.labels[sidecar.istio.io/inject]";

    fn draft(workload: KnativeWorkload, spec: &Value) -> Draft {
        let value = json!({"metadata": {"name": "s", "namespace": "n"}, "spec": spec});
        let origin = CustomResource::read(&value, "KnativeServing", None).unwrap();
        workload.draft("n", &origin.spec().unwrap(), &origin)
    }

    #[rstest]
    #[case::old(json!({"deployments": [{"name": "activator", "labels": {"sidecar.istio.io/inject": "true"}}]}),
        "true", "spec.deployments[activator].labels[sidecar.istio.io/inject]")]
    #[case::new(json!({"workloads": [{"name": "activator", "labels": {"sidecar.istio.io/inject": "true"}}]}),
        "true", "spec.workloads[activator].labels[sidecar.istio.io/inject]")]
    #[case::both(json!({
        "deployments": [{"name": "activator", "labels": {"sidecar.istio.io/inject": "true"}}],
        "workloads": [{"name": "activator", "labels": {"sidecar.istio.io/inject": "false"}}]}),
        "false", "spec.workloads[activator].labels[sidecar.istio.io/inject]")]
    #[case::old_alone_with_the_label(json!({
        "deployments": [{"name": "activator", "labels": {"sidecar.istio.io/inject": "true"}}],
        "workloads": [{"name": "activator", "annotations": {"a": "b"}}]}),
        "true", "spec.deployments[activator].labels[sidecar.istio.io/inject]")]
    fn label_leads_to_its_override(#[case] spec: Value, #[case] value: &str, #[case] field: &str) {
        let derived = draft(ACTIVATOR, &spec).into_derived();
        let template = &derived.object["spec"]["template"]["metadata"];
        assert_eq!(template["labels"], json!({"app": "activator", "sidecar.istio.io/inject": value}));
        assert_eq!(derived.object["metadata"]["labels"]["sidecar.istio.io/inject"], value);
        assert_eq!(derived.origin_field(INJECT), field);
    }

    #[test]
    fn missing_label_leads_to_where_it_is_added() {
        let spec =
            json!({"deployments": [{"name": "autoscaler", "labels": {"sidecar.istio.io/inject": "true"}}]});
        let derived = draft(ACTIVATOR, &spec).into_derived();
        assert_eq!(derived.object["spec"]["template"]["metadata"]["labels"], json!({"app": "activator"}));
        assert_eq!(
            derived.origin_field(INJECT),
            "spec.deployments[activator].labels[sidecar.istio.io/inject]"
        );
        assert_eq!(derived.origin_field("metadata.name"), "spec.deployments[activator]");
    }

    #[rstest]
    #[case::not_known(ACTIVATOR, json!({}), Value::Null)]
    #[case::high_availability(ACTIVATOR, json!({"high-availability": {"replicas": 2}}), json!(2))]
    #[case::override_wins(ACTIVATOR, json!({"high-availability": {"replicas": 2},
        "workloads": [{"name": "activator", "replicas": 3}]}), json!(3))]
    #[case::autoscaled(ACTIVATOR.scaled(Scale::Unknown), json!({"high-availability": {"replicas": 2}}), Value::Null)]
    #[case::autoscaled_and_overridden(ACTIVATOR.scaled(Scale::Unknown),
        json!({"deployments": [{"name": "activator", "replicas": 4}]}), json!(4))]
    #[case::fixed(ACTIVATOR.scaled(Scale::Fixed(0)), json!({"high-availability": {"replicas": 2}}), json!(0))]
    fn number_of_pods_is_known_or_not(
        #[case] workload: KnativeWorkload,
        #[case] spec: Value,
        #[case] expected: Value,
    ) {
        let derived = draft(workload, &spec).into_derived();
        assert_eq!(derived.object["spec"]["replicas"], expected);
    }

    #[test]
    fn environment_is_that_of_the_override() {
        let env = json!([{"name": "A", "value": "b"}]);
        let spec = json!({"workloads": [{"name": "activator", "env": [{"container": "activator", "envVars": env}]}]});
        let derived = draft(ACTIVATOR.stateful(), &spec).into_derived();
        let containers = &derived.object["spec"]["template"]["spec"]["containers"];
        assert_eq!(
            (containers, derived.resource.as_str()),
            (&json!([{"name": "activator", "env": env}]), "statefulsets.apps")
        );
    }
}
