//! Holding an owner: an operator that puts back what it owns is scaled to zero for as long as a fault lasts.
//!
//! Through the owner would be slow, and some findings cannot be reached through it (ADR 9). The undo record of the hold
//! is one of its own, older than those of the faults, so that it is released last.

use crate::snapshot::{self, OPERATOR_GROUP};
use cluster::replace::{self, ObjectId};
use jiff::Timestamp;
use serde_json::{Value, json};
use undo::access::{ChangeError, ClusterAccess, Resources};
use undo::heal;
use undo::pods::delete_pods;
use undo::undo_record::{self, UndoEntry, UndoRecord};

/// Who owns what carries these marks.
const OPERATOR: (&str, &str) = ("knative-operator", "knative-operator");
/// The annotation of what the operator applies, also of what it cannot own since it is in another namespace.
const APPLIED: &str = "manifestival";

/// Whether any of these objects is put back, or acted on, by the operator.
pub(crate) fn is_needed(entries: &[UndoEntry]) -> bool {
    entries.iter().any(|entry| match entry {
        UndoEntry::Object(before) => {
            before.address.api_version.starts_with(OPERATOR_GROUP)
                || before.object.as_ref().is_some_and(is_put_back)
        }
        UndoEntry::Container(_) => false,
    })
}

fn is_put_back(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    let is_operators = |owner: &Value| {
        owner["apiVersion"].as_str().is_some_and(|version| version.starts_with(OPERATOR_GROUP))
    };
    owners.into_iter().flatten().any(is_operators) || object["metadata"]["annotations"].get(APPLIED).is_some()
}

/// The hold on the operator, which lasts from the first fault that needs it to the end of all of them.
#[derive(Default)]
pub(crate) struct OperatorHold(Option<(ObjectId, UndoRecord)>);

impl OperatorHold {
    /// Whether the operator is held.
    pub(crate) fn is_held(&self) -> bool {
        self.0.is_some()
    }

    /// Holds the operator, if there is one. How it is released is written to the cluster before.
    pub(crate) async fn take(
        &mut self,
        access: &ClusterAccess,
        resources: &Resources,
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
        let before = snapshot::capture(access, resources, operator.clone(), false).await?;
        let Some(deployment) = before.object.clone() else { return Ok(()) };
        let entries = vec![UndoEntry::Object(Box::new(before))];
        let record = UndoRecord { run: run.to_owned(), what, at: Timestamp::now(), entries };
        let record_id = record.write(access).await?;
        self.0 = Some((record_id, record));

        let scale_down = |operator: &mut Value| {
            operator["spec"]["replicas"] = json!(0);
            Ok::<_, ChangeError>(())
        };
        replace::read_modify_replace(&access.kinds, &operator, scale_down).await?;
        // At once: an operator that ends in its own time would still put things back.
        delete_pods(access, &deployment).await
    }

    /// Releases what is held. Whether anything was; what could not be released is named.
    pub(crate) async fn release(&mut self, access: &ClusterAccess) -> Result<bool, (String, ChangeError)> {
        let Some((record_id, record)) = self.0.take() else { return Ok(false) };
        let released = async {
            heal::heal(access, &record).await?;
            undo_record::remove(access, &record_id).await
        };
        released.await.map(|()| true).map_err(|error| (record.what.clone(), error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use undo::undo_record::ObjectSnapshot;

    fn entry(api_version: &str, object: &Value) -> UndoEntry {
        let (kind, name) = ("K".to_owned(), "a".to_owned());
        let address =
            ObjectId { api_version: api_version.to_owned(), kind, namespace: Some("n".to_owned()), name };
        UndoEntry::Object(Box::new(ObjectSnapshot {
            address,
            object: Some(object.clone()).filter(|object| !object.is_null()),
            with_status: false,
            replica_sets: Vec::new(),
            objects: Vec::new(),
            dependents: Vec::new(),
        }))
    }

    #[rstest]
    #[case::absent("v1", json!(null), false)]
    #[case::nobodys("v1", json!({"metadata": {"name": "a"}}), false)]
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
