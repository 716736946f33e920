//! Captures the state of all that a fault is about to change: the entries of its undo record.

use crate::fault_step::FaultStep;
use crate::object_target::ObjectTarget;
use cluster::replace::{self, ObjectId};
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;
use stack::install::halt;
use undo::owner_references::is_owned_by;
use undo::replica_sets::replica_sets;
use undo::served_resources::{ServedResource, ServedResources, list_objects};
use undo::{ChangeError, ClusterAccess, Dependent, ObjectSnapshot, UndoEntry};

/// The group of the Knative operator's custom resources.
pub(crate) const OPERATOR_GROUP: &str = "operator.knative.dev/";
const DEFINITION: &str = "CustomResourceDefinition";
/// How many resources are listed concurrently.
const IN_FLIGHT: usize = 16;

/// The undo entries of these steps: each object once, as it is before the first of them.
pub(crate) async fn capture_all(
    access: &ClusterAccess,
    resources: &ServedResources,
    steps: &[FaultStep],
) -> Result<Vec<UndoEntry>, ChangeError> {
    let mut entries: Vec<UndoEntry> = Vec::new();
    for step in steps {
        if let FaultStep::Stop { container } = step {
            entries.push(UndoEntry::Container(halt::find(container, &access.inputs).await?));
        }
        let Some(target) = step.target() else { continue };
        let id = object_id(resources, &target)?;
        let is_captured = |entry: &UndoEntry| matches!(entry, UndoEntry::Object(other) if other.id == id);
        if entries.iter().any(is_captured) {
            continue;
        }
        let of_target = || steps.iter().filter(|step| step.target().as_ref() == Some(&target));
        let is_deleted = of_target().any(|step| matches!(step, FaultStep::Delete { .. }));
        let mut snapshot = capture(access, resources, id, is_deleted).await?;
        snapshot.with_status |= of_target().any(FaultStep::writes_status);
        entries.push(UndoEntry::Object(Box::new(snapshot)));
    }
    Ok(entries)
}

/// The id of a step's object, with the version that the API server prefers.
pub(crate) fn object_id(resources: &ServedResources, target: &ObjectTarget) -> Result<ObjectId, ChangeError> {
    let resource = &resources.find(&target.resource)?.api;
    Ok(ObjectId {
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
        namespace: Some(target.namespace.clone()).filter(|namespace| !namespace.is_empty()),
        name: target.name.clone(),
    })
}

/// Captures an object, with the objects that a deletion would take along.
pub(crate) async fn capture(
    access: &ClusterAccess,
    resources: &ServedResources,
    id: ObjectId,
    is_deleted: bool,
) -> Result<ObjectSnapshot, ChangeError> {
    let object = replace::read(&access.kinds, &id).await?;
    let client = access.kinds.client();
    let mut snapshot = ObjectSnapshot {
        // The operator, which writes their status, is held.
        with_status: id.api_version.starts_with(OPERATOR_GROUP),
        id,
        replica_sets: Vec::new(),
        objects: Vec::new(),
        dependents: Vec::new(),
        object,
    };
    let Some(object) = &snapshot.object else { return Ok(snapshot) };
    if snapshot.id.kind == "Deployment" {
        snapshot.replica_sets = replica_sets(access, object).await?;
    }
    if is_deleted && snapshot.id.kind == DEFINITION {
        let resource = resources.find(&snapshot.id.name)?;
        snapshot.objects = list_objects(client, resource, None, None).await?;
    }
    if is_deleted && snapshot.id.api_version.starts_with(OPERATOR_GROUP) {
        snapshot.dependents = dependents(client, resources, object).await?;
    }
    Ok(snapshot)
}

/// The objects that name this one as their owner. They are in its namespace, or in any if it has none.
async fn dependents(
    client: &kube::Client,
    resources: &ServedResources,
    owner: &Value,
) -> Result<Vec<Dependent>, ChangeError> {
    let namespace = owner["metadata"]["namespace"].as_str();
    let of_resource = async |resource: &ServedResource| {
        let mut objects = list_objects(client, resource, namespace, None).await?;
        objects.retain(|object| is_owned_by(object, &owner["metadata"]["uid"]));
        let dependents = objects.iter().map(|object| Dependent {
            id: ObjectId::of(object),
            owner_references: object["metadata"]["ownerReferences"].clone(),
        });
        Ok::<_, ChangeError>(dependents.collect::<Vec<_>>())
    };
    let dependents: Vec<_> = stream::iter(resources.namespaced())
        .map(of_resource)
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    Ok(dependents.concat())
}
