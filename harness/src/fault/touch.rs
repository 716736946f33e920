//! What a fault is about to touch, as it is now: the entries of its undo record.

use super::record::{Before, Dependent, Entry};
use super::site::{Resource, Resources, Site, SiteError, known, list};
use super::step::{Step, Target};
use crate::cluster::whole::{self, Address};
use crate::install::halt;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

/// The group of the objects that ask the Knative operator for what it makes.
pub(super) const OPERATOR_GROUP: &str = "operator.knative.dev/";
const DEFINITION: &str = "CustomResourceDefinition";
/// How many kinds are listed at a time.
const IN_FLIGHT: usize = 16;

/// The entries of a record for these steps: each object once, as it is before the first of them.
pub(super) async fn entries(
    site: &Site,
    resources: &Resources,
    steps: &[Step],
) -> Result<Vec<Entry>, SiteError> {
    let mut entries: Vec<Entry> = Vec::new();
    for step in steps {
        if let Step::Stop { container } = step {
            entries.push(Entry::Container(halt::find(container, &site.inputs).await?));
        }
        let Some(target) = step.target() else { continue };
        let address = address(resources, &target)?;
        let is_known = |entry: &Entry| matches!(entry, Entry::Object(before) if before.address == address);
        if entries.iter().any(is_known) {
            continue;
        }
        let its = || steps.iter().filter(|step| step.target().as_ref() == Some(&target));
        let is_deleted = its().any(|step| matches!(step, Step::Delete { .. }));
        let mut before = before(site, resources, address, is_deleted).await?;
        before.with_status |= its().any(Step::writes_status);
        entries.push(Entry::Object(Box::new(before)));
    }
    Ok(entries)
}

/// Where the object of a step is.
pub(super) fn address(resources: &Resources, target: &Target) -> Result<Address, SiteError> {
    let resource = &resources.find(&target.resource)?.api;
    Ok(Address {
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
        namespace: Some(target.namespace.clone()).filter(|namespace| !namespace.is_empty()),
        name: target.name.clone(),
    })
}

/// An object as it is, with what hangs on it.
pub(super) async fn before(
    site: &Site,
    resources: &Resources,
    address: Address,
    is_deleted: bool,
) -> Result<Before, SiteError> {
    let object = whole::read(&site.kinds, &address).await?;
    let client = site.kinds.client();
    let mut before = Before {
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
        before.replica_sets = replica_sets(site, object).await?;
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

/// The ReplicaSets of a Deployment.
pub(super) async fn replica_sets(site: &Site, deployment: &Value) -> Result<Vec<Value>, SiteError> {
    let resource = known("apps/v1", "ReplicaSet", "replicasets");
    let namespace = deployment["metadata"]["namespace"].as_str();
    let mut sets = list(site.kinds.client(), &resource, namespace, None).await?;
    sets.retain(|set| names_owner(set, &deployment["metadata"]["uid"]));
    Ok(sets)
}

/// The objects that name another as their owner. An owner is in the namespace of what it owns, or in none.
async fn dependents(
    client: &kube::Client,
    resources: &Resources,
    owner: &Value,
) -> Result<Vec<Dependent>, SiteError> {
    let namespace = owner["metadata"]["namespace"].as_str();
    let find = async |resource: &Resource| {
        let mut objects = list(client, resource, namespace, None).await?;
        objects.retain(|object| names_owner(object, &owner["metadata"]["uid"]));
        let named = objects.iter().map(|object| Dependent {
            address: Address::of(object),
            owner_references: object["metadata"]["ownerReferences"].clone(),
        });
        Ok::<_, SiteError>(named.collect::<Vec<_>>())
    };
    let found: Vec<_> =
        stream::iter(resources.namespaced()).map(find).buffer_unordered(IN_FLIGHT).try_collect().await?;
    Ok(found.concat())
}

fn names_owner(object: &Value, uid: &Value) -> bool {
    object["metadata"]["ownerReferences"].as_array().into_iter().flatten().any(|owner| owner["uid"] == *uid)
}
