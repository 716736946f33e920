//! Holds the Knative operator: it is scaled to zero while faults are in the cluster, since it would put back what it owns.
//!
//! To change the operator's custom resource instead would be slow, and would not produce some findings (ADR 9). The hold has an
//! undo record of its own, older than those of the faults, so that it is released last.

use crate::snapshot::{self, OPERATOR_GROUP};
use cluster::replace::{self, ObjectId};
use jiff::Timestamp;
use serde_json::{Value, json};
use undo::deletion::delete_object;
use undo::pods::delete_pods;
use undo::served_resources::ServedResources;
use undo::{ChangeError, ClusterAccess, UndoEntry, UndoRecord, heal};

/// The namespace and name of the operator's Deployment.
const OPERATOR: (&str, &str) = ("knative-operator", "knative-operator");
/// The annotation of the objects that the operator applies, with or without an owner reference.
const APPLIED_ANNOTATION: &str = "manifestival";

/// Whether the operator would put any of these objects back, or act on it.
pub(crate) fn is_needed(entries: &[UndoEntry]) -> bool {
    entries.iter().any(|entry| match entry {
        UndoEntry::Object(snapshot) => {
            snapshot.id.api_version.starts_with(OPERATOR_GROUP)
                || snapshot.object.as_ref().is_some_and(is_reconciled)
        }
        UndoEntry::Container(_) => false,
    })
}

fn is_reconciled(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    let is_of_operator = |owner: &Value| {
        owner["apiVersion"].as_str().is_some_and(|version| version.starts_with(OPERATOR_GROUP))
    };
    owners.into_iter().flatten().any(is_of_operator)
        || object["metadata"]["annotations"].get(APPLIED_ANNOTATION).is_some()
}

/// The hold on the operator, from the first fault that needs it until all faults were tried. With its undo record.
#[derive(Default)]
pub(crate) struct OperatorHold(Option<(ObjectId, UndoRecord)>);

impl OperatorHold {
    /// Whether the operator is held.
    pub(crate) fn is_held(&self) -> bool {
        self.0.is_some()
    }

    /// Holds the operator, if there is one, after its undo record is written.
    pub(crate) async fn take(
        &mut self,
        access: &ClusterAccess,
        resources: &ServedResources,
        run: &str,
    ) -> Result<(), ChangeError> {
        let (namespace, name) = OPERATOR;
        let operator = ObjectId {
            api_version: "apps/v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
        };
        let what = format!("{operator} is held");
        let snapshot = snapshot::capture(access, resources, operator.clone(), false).await?;
        let Some(deployment) = snapshot.object.clone() else { return Ok(()) };
        let entries = vec![UndoEntry::Object(Box::new(snapshot))];
        let record = UndoRecord { run: run.to_owned(), what, at: Timestamp::now(), entries };
        let record_id = record.write(access).await?;
        self.0 = Some((record_id, record));

        let scale_down = |operator: &mut Value| {
            operator["spec"]["replicas"] = json!(0);
            Ok::<_, ChangeError>(())
        };
        replace::read_modify_replace(&access.kinds, &operator, scale_down).await?;
        // Without a grace period, in which the operator would still put objects back.
        delete_pods(access, &deployment).await
    }

    /// Releases the operator, and returns whether it was held. The error names the hold.
    pub(crate) async fn release(&mut self, access: &ClusterAccess) -> Result<bool, (String, ChangeError)> {
        let Some((record_id, record)) = self.0.take() else { return Ok(false) };
        let released = async {
            heal::heal(access, &record).await?;
            delete_object(access, &record_id).await
        };
        released.await.map(|()| true).map_err(|error| (record.what.clone(), error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use undo::ObjectSnapshot;

    fn entry(api_version: &str, object: &Value) -> UndoEntry {
        let (kind, name) = ("K".to_owned(), "a".to_owned());
        let id =
            ObjectId { api_version: api_version.to_owned(), kind, namespace: Some("n".to_owned()), name };
        UndoEntry::Object(Box::new(ObjectSnapshot {
            id,
            object: Some(object.clone()).filter(|object| !object.is_null()),
            with_status: false,
            replica_sets: Vec::new(),
            objects: Vec::new(),
            dependents: Vec::new(),
        }))
    }

    #[rstest]
    #[case::absent("v1", json!(null), false)]
    #[case::without_owner("v1", json!({"metadata": {"name": "a"}}), false)]
    #[case::owned("apps/v1", json!({"metadata": {"ownerReferences": [{"apiVersion": "operator.knative.dev/v1beta1"}]}}), true)]
    #[case::owned_by_another("apps/v1", json!({"metadata": {"ownerReferences": [{"apiVersion": "apps/v1"}]}}), false)]
    #[case::applied_elsewhere("v1", json!({"metadata": {"annotations": {"manifestival": "new"}}}), true)]
    #[case::asks_for_it("operator.knative.dev/v1beta1", json!({"metadata": {}}), true)]
    fn operator_is_held_for_what_it_puts_back(
        #[case] version: &str,
        #[case] object: Value,
        #[case] expected: bool,
    ) {
        assert_eq!(is_needed(&[entry(version, &object)]), expected);
    }
}
