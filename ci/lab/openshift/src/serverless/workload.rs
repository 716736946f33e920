//! Workloads as a manifest of Knative has them, with a container that does nothing but answer its probe.
//!
//! Read in the manifests of openshift-knative/serverless-operator, `knative-operator/deploy/resources/knativekafka/{controller,
//! broker,channel,sink,source}`, and of knative-extensions/eventing-istio, `config/eventing-istio/controller`: names, labels,
//! selectors, containers, accounts and ports. The number of pods is not written there, so that Kubernetes makes it one, and a
//! person may scale it. A release scales dispatchers that have nothing to dispatch to none; here one stays, with its sidecar.
//! Neither the commands and volumes of the real containers nor their requests, which two cores could not meet, are here.
use serde_json::{Value, json};

use super::kinds::{DEPLOYMENT, STATEFUL_SET};
use crate::cluster::Kind;

/// The version that the operator tells of what it installed.
pub(super) const VERSION: &str = "1.21";
/// The probe of meshproof, which is in the lab's node image.
const IMAGE: &str = "dev.local/meshproof/probe:1";

/// What a manifest says of a workload.
#[derive(Debug, Clone, Copy)]
pub(super) struct Workload {
    /// The name, which is the label `app` of its pods, too.
    pub(super) name: &'static str,
    /// The container.
    pub(super) container: &'static str,
    /// The ServiceAccount: a peer in the mesh knows it by this name.
    pub(super) account: &'static str,
    /// Whether it is a StatefulSet.
    pub(super) is_stateful: bool,
    /// Where it is probed: the port and the path.
    pub(super) probe: (u16, &'static str),
}

impl Workload {
    /// A Deployment that is probed as HTTP servers of Knative are.
    pub(super) const fn new(name: &'static str, account: &'static str) -> Self {
        Self { name, container: name, account, is_stateful: false, probe: (8080, "/readyz") }
    }

    /// The same with another container.
    pub(super) const fn container(self, container: &'static str) -> Self {
        Self { container, ..self }
    }

    /// The same as a StatefulSet, which has no port but that of its metrics.
    pub(super) const fn stateful(self) -> Self {
        Self { is_stateful: true, probe: (9090, "/metrics"), ..self }
    }

    /// The kind and the name.
    pub(super) fn kind(&self) -> Kind {
        if self.is_stateful { STATEFUL_SET } else { DEPLOYMENT }
    }

    /// The object in a namespace.
    pub(super) fn object(&self, namespace: &str) -> Value {
        let labels = json!({
            "app": self.name,
            "app.kubernetes.io/component": self.name,
            "app.kubernetes.io/name": "knative-eventing",
            "app.kubernetes.io/version": VERSION,
        });
        let (_, _, kind) = self.kind();
        let mut object = json!({
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": self.name, "namespace": namespace, "labels": labels},
            "spec": {
                "selector": {"matchLabels": {"app": self.name}},
                "template": {"metadata": {"labels": labels}, "spec": self.pod()},
            },
        });
        if self.is_stateful {
            object["spec"]["serviceName"] = json!(self.name);
            object["spec"]["podManagementPolicy"] = json!("Parallel");
        }
        object
    }

    fn pod(&self) -> Value {
        let (port, path) = self.probe;
        json!({
            "serviceAccountName": self.account,
            "automountServiceAccountToken": false,
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            // It has nothing to finish.
            "terminationGracePeriodSeconds": 1,
            "containers": [{
                "name": self.container,
                "image": IMAGE,
                "imagePullPolicy": "IfNotPresent",
                "args": ["server"],
                "env": [{"name": "PORT", "value": port.to_string()}],
                "ports": [{"name": "http-probe", "containerPort": port}],
                "readinessProbe": {"httpGet": {"path": path, "port": port}, "periodSeconds": 3},
                "resources": {"requests": {"cpu": "5m", "memory": "16Mi"}, "limits": {"memory": "128Mi"}},
                "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                    "capabilities": {"drop": ["ALL"]}},
            }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispatcher_is_probed_at_its_metrics() {
        let object = Workload::new("kafka-broker-dispatcher", "a").stateful().object("knative-eventing");
        let container = &object["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(object["kind"], "StatefulSet");
        assert_eq!(container["readinessProbe"]["httpGet"], json!({"path": "/metrics", "port": 9090}));
        assert_eq!(object["spec"]["replicas"], Value::Null, "nobody's until somebody says so");
    }

    #[test]
    fn selector_is_the_name_alone() {
        let object = Workload::new("kafka-controller", "a").container("controller").object("n");
        assert_eq!(object["spec"]["selector"], json!({"matchLabels": {"app": "kafka-controller"}}));
        assert_eq!(object["spec"]["template"]["metadata"]["labels"]["app"], "kafka-controller");
    }
}
