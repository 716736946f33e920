//! What a fault is about to snapshot, as it is now: the entries of its undo record.

use crate::step::{Step, Target};
use cluster::replace::{self, ObjectId};
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;
use stack::install::halt;
use undo::access::{ChangeError, ClusterAccess, Resource, Resources, list};
use undo::owned::{names_owner, replica_sets};
use undo::undo_record::{Dependent, ObjectSnapshot, UndoEntry};

/// The group of the objects that ask the Knative operator for what it makes.
pub(crate) const OPERATOR_GROUP: &str = "operator.knative.dev/";
const DEFINITION: &str = "CustomResourceDefinition";
/// How many kinds are listed at a time.
const IN_FLIGHT: usize = 16;

/// The entries of a record for these steps: each object once, as it is before the first of them.
pub(crate) async fn capture_all(
    access: &ClusterAccess,
    resources: &Resources,
    steps: &[Step],
) -> Result<Vec<UndoEntry>, ChangeError> {
    let mut entries: Vec<UndoEntry> = Vec::new();
    for step in steps {
        if let Step::Stop { container } = step {
            entries.push(UndoEntry::Container(halt::find(container, &access.inputs).await?));
        }
        let Some(target) = step.target() else { continue };
        let address = object_id(resources, &target)?;
        let is_known =
            |entry: &UndoEntry| matches!(entry, UndoEntry::Object(before) if before.address == address);
        if entries.iter().any(is_known) {
            continue;
        }
        let its = || steps.iter().filter(|step| step.target().as_ref() == Some(&target));
        let is_deleted = its().any(|step| matches!(step, Step::Delete { .. }));
        let mut before = capture(access, resources, address, is_deleted).await?;
        before.with_status |= its().any(Step::writes_status);
        entries.push(UndoEntry::Object(Box::new(before)));
    }
    Ok(entries)
}

/// Where the object of a step is.
pub(crate) fn object_id(resources: &Resources, target: &Target) -> Result<ObjectId, ChangeError> {
    let resource = &resources.find(&target.resource)?.api;
    Ok(ObjectId {
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
        namespace: Some(target.namespace.clone()).filter(|namespace| !namespace.is_empty()),
        name: target.name.clone(),
    })
}

/// An object as it is, with what hangs on it.
pub(crate) async fn capture(
    access: &ClusterAccess,
    resources: &Resources,
    address: ObjectId,
    is_deleted: bool,
) -> Result<ObjectSnapshot, ChangeError> {
    let object = replace::read(&access.kinds, &address).await?;
    let client = access.kinds.client();
    let mut before = ObjectSnapshot {
        // Nobody fills in again what is said of an object whose owner is held.
        with_status: address.api_version.starts_with(OPERATOR_GROUP),
        address,
        replica_sets: Vec::new(),
        objects: Vec::new(),
        dependents: Vec::new(),
        object,
    };
    let Some(object) = &before.object else { return Ok(before) };
    if before.address.kind == "Deployment" {
        before.replica_sets = replica_sets(access, object).await?;
    }
    if is_deleted && before.address.kind == DEFINITION {
        let resource = resources.find(&before.address.name)?;
        before.objects = list(client, resource, None, None).await?;
    }
    if is_deleted && before.address.api_version.starts_with(OPERATOR_GROUP) {
        before.dependents = dependents(client, resources, object).await?;
    }
    Ok(before)
}

/// The objects that name another as their owner. An owner is in the namespace of what it owns, or in none.
async fn dependents(
    client: &kube::Client,
    resources: &Resources,
    owner: &Value,
) -> Result<Vec<Dependent>, ChangeError> {
    let namespace = owner["metadata"]["namespace"].as_str();
    let find = async |resource: &Resource| {
        let mut objects = list(client, resource, namespace, None).await?;
        objects.retain(|object| names_owner(object, &owner["metadata"]["uid"]));
        let named = objects.iter().map(|object| Dependent {
            address: ObjectId::of(object),
            owner_references: object["metadata"]["ownerReferences"].clone(),
        });
        Ok::<_, ChangeError>(named.collect::<Vec<_>>())
    };
    let found: Vec<_> =
        stream::iter(resources.namespaced()).map(find).buffer_unordered(IN_FLIGHT).try_collect().await?;
    Ok(found.concat())
}
