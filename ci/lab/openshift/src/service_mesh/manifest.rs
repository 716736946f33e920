//! The objects of a control plane: what istioctl makes of its IstioOperator, put right where Maistra has it otherwise.
use std::process::Stdio;

use anyhow::{Context as _, bail};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{injection_webhook, istio_operator, mutual_tls, network_policies};
use crate::cluster::text;

/// On all that a control plane made: its namespace and its name.
const OWNER: &str = "maistra.io/owner";
const OWNER_NAME: &str = "maistra.io/owner-name";

/// The objects of a control plane, in two parts.
pub(super) struct Manifest {
    /// What istiod needs, and istiod.
    pub(super) control_plane: Vec<Value>,
    /// What needs istiod: its webhooks answer for these, and a gateway's pod that starts before it is kept waiting long.
    pub(super) afterwards: Vec<Value>,
}

impl Manifest {
    /// Makes the objects of a control plane.
    pub(super) async fn of(name: &str, namespace: &str, spec: &Value) -> anyhow::Result<Self> {
        let operator = istio_operator::istio_operator(name, namespace, spec);
        Ok(Self::from_objects(istioctl(&operator).await?, name, namespace, spec))
    }

    fn from_objects(objects: Vec<Value>, name: &str, namespace: &str, spec: &Value) -> Self {
        let mut objects = objects;
        for object in &mut objects {
            if object["kind"] == "MutatingWebhookConfiguration" {
                injection_webhook::call_for_members(object, namespace);
            }
            leave_to_istiod(object);
        }
        objects.sort_by_key(rank);
        let (gateways, mut control_plane): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_of_gateway);
        let mut afterwards = mutual_tls::mutual_tls(namespace, spec);
        if network_policies::are_managed(spec) {
            afterwards.extend(network_policies::of_member(name, namespace, namespace));
        }
        afterwards.extend(gateways);
        for object in control_plane.iter_mut().chain(&mut afterwards) {
            own(object, name, namespace);
        }
        Self { control_plane, afterwards }
    }

    /// Whether an object of this kind and name is among them.
    pub(super) fn has(&self, kind: &str, namespace: &str, name: &str) -> bool {
        self.control_plane.iter().chain(&self.afterwards).any(|object| {
            object["kind"] == kind
                && text(object, "/metadata/name") == name
                && text(object, "/metadata/namespace") == namespace
        })
    }
}

/// The selector of what a control plane made.
pub(super) fn owned_by(name: &str, namespace: &str) -> String {
    format!("{OWNER}={namespace},{OWNER_NAME}={name}")
}

fn own(object: &mut Value, name: &str, namespace: &str) {
    if object["kind"] != "CustomResourceDefinition" {
        object["metadata"]["labels"][OWNER] = json!(namespace);
        object["metadata"]["labels"][OWNER_NAME] = json!(name);
        object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!("maistra-istio-operator");
    }
}

/// istiod fills in the `caBundle` of its webhooks, and has them fail closed when it is able to answer: neither is ours.
fn leave_to_istiod(object: &mut Value) {
    for webhook in object.get_mut("webhooks").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(client) = webhook["clientConfig"].as_object_mut() {
            client.remove("caBundle");
        }
        if let Some(webhook) = webhook.as_object_mut() {
            webhook.remove("failurePolicy");
        }
    }
}

/// Kinds before their objects, namespaces and accounts before what is in them.
fn rank(object: &Value) -> u8 {
    match text(object, "/kind") {
        "CustomResourceDefinition" => 0,
        "Namespace" => 1,
        "ServiceAccount" => 2,
        "Deployment" | "HorizontalPodAutoscaler" | "PodDisruptionBudget" => 4,
        _ => 3,
    }
}

fn is_of_gateway(object: &Value) -> bool {
    let labels = &object["metadata"]["labels"];
    labels["operator.istio.io/component"] == "IngressGateways"
        || labels["app"] == istio_operator::INGRESS_GATEWAY
}

/// What istioctl makes of an IstioOperator.
async fn istioctl(operator: &Value) -> anyhow::Result<Vec<Value>> {
    let mut command = Command::new("istioctl");
    command.args(["manifest", "generate", "--filename", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().context("could not start istioctl")?;
    let mut stdin = child.stdin.take().context("istioctl has no stdin")?;
    stdin.write_all(serde_json::to_string(operator)?.as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    if !output.status.success() {
        bail!("istioctl could not generate the manifest: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let printed = String::from_utf8(output.stdout)?;
    let documents: Result<Vec<_>, _> =
        serde_yaml::Deserializer::from_str(&printed).map(Value::deserialize).collect();
    Ok(documents?.into_iter().filter(Value::is_object).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(kind: &str, name: &str, labels: &Value) -> Value {
        json!({"kind": kind, "metadata": {"name": name, "namespace": "istio-system", "labels": labels}})
    }

    #[test]
    fn gateways_come_after_the_control_plane() {
        let objects = vec![
            object("Deployment", "istio-ingressgateway", &json!({"app": "istio-ingressgateway"})),
            object("Deployment", "istiod-basic", &json!({"app": "istiod"})),
            object("CustomResourceDefinition", "gateways.networking.istio.io", &Value::Null),
        ];
        let spec = json!({"security": {"dataPlane": {"mtls": true}}});
        let manifest = Manifest::from_objects(objects, "basic", "istio-system", &spec);
        let names = |objects: &[Value]| {
            objects.iter().map(|one| text(one, "/metadata/name").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&manifest.control_plane), ["gateways.networking.istio.io", "istiod-basic"]);
        let afterwards = names(&manifest.afterwards);
        assert_eq!(afterwards[..3], ["default", "default", "api-server"]);
        assert_eq!(afterwards.last().map(String::as_str), Some("istio-ingressgateway"));
        assert!(manifest.has("NetworkPolicy", "istio-system", "istio-mesh-basic"));
        let unmanaged = json!({"security": {"manageNetworkPolicy": false}});
        let unmanaged = Manifest::from_objects(Vec::new(), "basic", "istio-system", &unmanaged);
        assert!(!unmanaged.has("NetworkPolicy", "istio-system", "istio-mesh-basic"));
        assert!(manifest.has("Deployment", "istio-system", "istiod-basic"));
        assert!(!manifest.has("Deployment", "istio-system", "other"));
    }

    #[test]
    fn what_istiod_fills_in_is_left_to_it() {
        let webhook = json!({"name": "validation.istio.io", "clientConfig": {"caBundle": "", "service": {"name": "istiod"}}, "failurePolicy": "Ignore"});
        let mut configuration = json!({"kind": "ValidatingWebhookConfiguration", "webhooks": [webhook]});
        leave_to_istiod(&mut configuration);
        let expected =
            json!([{"name": "validation.istio.io", "clientConfig": {"service": {"name": "istiod"}}}]);
        assert_eq!(configuration["webhooks"], expected);
    }

    #[test]
    fn what_it_made_is_found_by_label() {
        let objects = vec![object("Deployment", "istiod-basic", &json!({"app": "istiod"}))];
        let manifest = Manifest::from_objects(objects, "basic", "istio-system", &json!({}));
        let labels = &manifest.control_plane[0]["metadata"]["labels"];
        assert_eq!(labels[OWNER], "istio-system");
        assert_eq!((labels[OWNER_NAME].as_str(), labels["app"].as_str()), (Some("basic"), Some("istiod")));
        assert_eq!(
            owned_by("basic", "istio-system"),
            "maistra.io/owner=istio-system,maistra.io/owner-name=basic"
        );
    }
}
