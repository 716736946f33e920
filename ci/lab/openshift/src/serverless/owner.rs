//! Owners: what an operator made goes with the object that it was made for.
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::{Value, json};

use crate::cluster::Kind;

/// An object with its owner, which is in the same namespace.
pub(super) fn owned(object: &Value, (group, version, kind): Kind, owner: &DynamicObject) -> Value {
    let mut made = object.clone();
    made["metadata"]["ownerReferences"] = json!([{
        "apiVersion": format!("{group}/{version}"),
        "kind": kind,
        "name": owner.name_any(),
        "uid": owner.uid(),
        "controller": true,
        "blockOwnerDeletion": true,
    }]);
    made
}

/// Whether an object was made for this owner, and not by somebody else under the same name.
pub(super) fn is_owned(object: &DynamicObject, owner: &DynamicObject) -> bool {
    object.owner_references().iter().any(|one| Some(&one.uid) == owner.metadata.uid.as_ref())
}
