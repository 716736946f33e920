//! Injects a fault into a cluster, step by step.

use crate::certificate_step::secret_data_patch;
use crate::error::{FaultError, InjectError};
use crate::fault_step::FaultStep;
use crate::object_target::ObjectTarget;
use crate::snapshot::{self, OPERATOR_GROUP};
use cluster::replace::{self, ObjectId};
use kube::api::{DeleteParams, PropagationPolicy};
use serde_json::{Value, json};
use stack::install::halt;
use undo::deletion::delete_object;
use undo::pods::delete_pods;
use undo::served_resources::ServedResources;
use undo::{ChangeError, ClusterAccess, settle};

/// Injects the steps in order, and returns whether any of them changed anything.
pub(crate) async fn inject(
    access: &ClusterAccess,
    resources: &ServedResources,
    steps: &[FaultStep],
) -> Result<bool, InjectError> {
    let mut is_changed = false;
    for step in steps {
        is_changed |= inject_step(access, resources, step).await?;
    }
    Ok(is_changed)
}

async fn inject_step(
    access: &ClusterAccess,
    resources: &ServedResources,
    step: &FaultStep,
) -> Result<bool, InjectError> {
    match step {
        FaultStep::Merge { object, .. }
        | FaultStep::Patch { object, .. }
        | FaultStep::Replace { object, .. } => {
            let id = existing_object(access, resources, object).await?;
            replace::read_modify_replace(&access.kinds, &id, |value| {
                Ok::<_, InjectError>(step.change_object(value)?)
            })
            .await
        }
        FaultStep::Issue(certificate) => {
            let id = existing_object(access, resources, &certificate.object).await?;
            let data = secret_data_patch(certificate, access)?;
            replace::read_modify_replace(&access.kinds, &id, |value| {
                json_patch::merge(&mut value["data"], &data);
                Ok::<_, InjectError>(())
            })
            .await
        }
        FaultStep::Delete { object } => {
            let id = existing_object(access, resources, object).await?;
            delete(access, &id).await?;
            Ok(true)
        }
        FaultStep::Create { object, .. } => {
            let created = replace::create(&access.kinds, object).await?;
            if let Some(status) = object.get("status") {
                replace::put_status(&access.kinds, &created, status).await?;
            }
            Ok(true)
        }
        FaultStep::Restart { object } => {
            let id = snapshot::object_id(resources, object)?;
            let no_object = || FaultError::NoObject(object.to_string());
            let deployment = replace::read(&access.kinds, &id).await?.ok_or_else(no_object)?;
            delete_pods(access, &deployment).await?;
            settle::await_pods(access, &deployment).await?;
            settle::await_available(access, &id).await?;
            Ok(true)
        }
        // `Judge::with_input_overrides` does it.
        FaultStep::Input { .. } => Ok(true),
        FaultStep::Stop { container } => {
            let running = halt::find(container, &access.inputs).await?;
            halt::stop(&running, &access.inputs).await?;
            Ok(true)
        }
    }
}

/// The id of an object that has to exist.
async fn existing_object(
    access: &ClusterAccess,
    resources: &ServedResources,
    target: &ObjectTarget,
) -> Result<ObjectId, InjectError> {
    let id = snapshot::object_id(resources, target)?;
    match replace::read(&access.kinds, &id).await? {
        Some(_) => Ok(id),
        None => Err(FaultError::NoObject(target.to_string()).into()),
    }
}

/// Deletes an object. A custom resource of the operator is orphaned and loses its finalizers: the objects that the operator
/// made for it would be deleted, too, and could not be put back.
async fn delete(access: &ClusterAccess, id: &ObjectId) -> Result<(), ChangeError> {
    if !id.api_version.starts_with(OPERATOR_GROUP) {
        return delete_object(access, id).await;
    }
    replace::read_modify_replace(&access.kinds, id, |object: &mut Value| {
        object["metadata"]["finalizers"] = json!([]);
        Ok::<_, ChangeError>(())
    })
    .await?;
    let api = id.api(&access.kinds).await?;
    let params =
        DeleteParams { propagation_policy: Some(PropagationPolicy::Orphan), ..DeleteParams::default() };
    let deleted = api.delete(&id.name, &params).await;
    deleted.map_err(|error| ChangeError::Orphan { what: id.to_string(), source: error.into() })?;
    settle::await_gone(access, id).await
}
