//! The Secret with which the probe's image is pulled, copied into each namespace with a pod of the probe.

use crate::place_error::PlaceError;
use cluster::kinds::{Kinds, gvk};
use kube::api::DynamicObject;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vocabulary::ObjectRef;

/// The name of the copies.
const COPY: &str = "meshproof-pull";

/// Adds copies of the Secret `namespace/name` to these objects, and lets the pods among them pull with it.
pub(super) async fn add(
    kinds: &Kinds,
    secret_name: &str,
    objects: Vec<Value>,
) -> Result<Vec<Value>, PlaceError> {
    let (namespace, name) = secret_name.split_once('/').unwrap_or(("default", secret_name));
    let secret = ObjectRef::namespaced("Secret", namespace, name);
    let failed = |source: Option<kube::Error>| PlaceError::PullSecret {
        secret: secret.clone(),
        source: source.map(Into::into),
    };
    let api = kinds.api(&gvk("v1", "Secret"), Some(namespace)).await.map_err(|error| failed(Some(error)))?;
    let Some(api) = api else { return Err(failed(None)) };
    let source = api.get(name).await.map_err(|error| failed(Some(error)))?;
    Ok(with_copies(&source, objects))
}

fn with_copies(source: &DynamicObject, mut objects: Vec<Value>) -> Vec<Value> {
    let mut namespaces = BTreeSet::new();
    for object in &mut objects {
        let Some(spec) = pod_spec(object) else { continue };
        spec["imagePullSecrets"] = json!([{"name": COPY}]);
        namespaces.extend(object["metadata"]["namespace"].as_str().map(ToOwned::to_owned));
    }
    let copy = |namespace: String| {
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": COPY, "namespace": namespace},
            "type": source.data["type"],
            "data": source.data["data"],
        })
    };
    // Objects are made in this order: namespaces, the copies, the pods that pull with them.
    let after_namespaces =
        objects.iter().position(|object| object["kind"] != "Namespace").unwrap_or(objects.len());
    let copies: Vec<_> = namespaces.into_iter().map(copy).collect();
    objects.splice(after_namespaces..after_namespaces, copies);
    objects
}

/// The pod spec of an object: of a Pod, or of the pods that a Knative Service makes.
fn pod_spec(object: &mut Value) -> Option<&mut Value> {
    match object["kind"].as_str()? {
        "Pod" => object.get_mut("spec"),
        "Service" if object["apiVersion"] != "v1" => object.pointer_mut("/spec/template/spec"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_is_between_the_namespace_and_its_pods() {
        let secret = json!({"metadata": {"name": "s"}, "type": "kubernetes.io/dockerconfigjson", "data": {"k": "dg=="}});
        let objects = vec![
            json!({"kind": "Namespace", "metadata": {"name": "n"}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "e", "namespace": "n"}, "spec": {}}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}, "spec": {}}),
            json!({"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "h", "namespace": "n"},
                "spec": {"template": {"spec": {}}}}),
        ];
        let all = with_copies(&serde_json::from_value(secret).unwrap(), objects);
        let kinds: Vec<_> = all.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Namespace", "Secret", "Service", "Pod", "Service"]);
        assert_eq!((&all[1]["metadata"]["namespace"], &all[1]["data"]["k"]), (&json!("n"), &json!("dg==")));
        let pulls = json!([{"name": COPY}]);
        assert_eq!(all[2]["spec"].get("imagePullSecrets"), None);
        assert_eq!(
            (&all[3]["spec"]["imagePullSecrets"], &all[4]["spec"]["template"]["spec"]["imagePullSecrets"]),
            (&pulls, &pulls)
        );
    }
}
