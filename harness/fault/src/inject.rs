//! Taking the steps of a fault on a cluster.

use crate::error::{FaultError, InjectError};
use crate::issue;
use crate::snapshot::{self, OPERATOR_GROUP};
use crate::step::{Step, Target};
use cluster::replace::{self, ObjectId};
use kube::api::{DeleteParams, PropagationPolicy};
use serde_json::{Value, json};
use stack::install::halt;
use undo::access::{ChangeError, ClusterAccess, Resources};
use undo::pods::delete_pods;
use undo::settle;
use undo::undo_record::remove;

/// Takes the steps in order. Whether any of them changed anything.
pub(crate) async fn inject(
    access: &ClusterAccess,
    resources: &Resources,
    steps: &[Step],
) -> Result<bool, InjectError> {
    let mut is_changed = false;
    for step in steps {
        is_changed |= take(access, resources, step).await?;
    }
    Ok(is_changed)
}

async fn take(access: &ClusterAccess, resources: &Resources, step: &Step) -> Result<bool, InjectError> {
    match step {
        Step::Merge { object, .. } | Step::Patch { object, .. } | Step::Replace { object, .. } => {
            let address = existing(access, resources, object).await?;
            replace::read_modify_replace(&access.kinds, &address, |value| {
                Ok::<_, InjectError>(step.change(value)?)
            })
            .await
        }
        Step::Issue(order) => {
            let address = existing(access, resources, &order.object).await?;
            let data = issue::make(order, access)?;
            replace::read_modify_replace(&access.kinds, &address, |value| {
                json_patch::merge(&mut value["data"], &data);
                Ok::<_, InjectError>(())
            })
            .await
        }
        Step::Delete { object } => {
            let address = existing(access, resources, object).await?;
            delete(access, &address).await?;
            Ok(true)
        }
        Step::Create { object, .. } => {
            let created = replace::create(&access.kinds, object).await?;
            if let Some(status) = object.get("status") {
                replace::put_status(&access.kinds, &created, status).await?;
            }
            Ok(true)
        }
        Step::Restart { object } => {
            let address = existing(access, resources, object).await?;
            let deployment = replace::read(&access.kinds, &address).await?.unwrap_or_default();
            delete_pods(access, &deployment).await?;
            settle::await_pods(access, &deployment).await?;
            settle::await_available(access, &address).await?;
            Ok(true)
        }
        // The judge is told of it.
        Step::Input { .. } => Ok(true),
        Step::Stop { container } => {
            let running = halt::find(container, &access.inputs).await?;
            halt::stop(&running, &access.inputs).await?;
            Ok(true)
        }
    }
}

async fn existing(
    access: &ClusterAccess,
    resources: &Resources,
    target: &Target,
) -> Result<ObjectId, InjectError> {
    let address = snapshot::object_id(resources, target)?;
    match replace::read(&access.kinds, &address).await? {
        Some(_) => Ok(address),
        None => Err(FaultError::NoObject(target.to_string()).into()),
    }
}

/// Deletes an object. What asks an operator for something goes without the operator's finalizer and without what was made
/// for it: it would take everything along, and is to be put back.
async fn delete(access: &ClusterAccess, address: &ObjectId) -> Result<(), ChangeError> {
    if !address.api_version.starts_with(OPERATOR_GROUP) {
        return remove(access, address).await;
    }
    replace::read_modify_replace(&access.kinds, address, |object: &mut Value| {
        object["metadata"]["finalizers"] = json!([]);
        Ok::<_, ChangeError>(())
    })
    .await?;
    let api = address.api(&access.kinds).await?;
    let params =
        DeleteParams { propagation_policy: Some(PropagationPolicy::Orphan), ..DeleteParams::default() };
    let deleted = api.delete(&address.name, &params).await;
    deleted.map_err(|error| ChangeError::List { what: address.to_string(), source: error.into() })?;
    settle::await_gone(access, address).await
}
