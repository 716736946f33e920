//! Holding an owner: an operator that puts back what it owns is scaled to zero for as long as a fault lasts.
//!
//! Through the owner would be slow, and some findings cannot be reached through it (ADR 9). The undo record of the hold
//! is one of its own, older than those of the faults, so that it is released last.

use super::record::{Entry, Record};
use super::site::{Resources, Site, SiteError, known, list};
use super::touch::{self, OPERATOR_GROUP};
use crate::cluster::whole::{self, Address};
use futures::future::try_join_all;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Who owns what carries these marks.
const OPERATOR: (&str, &str) = ("knative-operator", "knative-operator");
/// The annotation of what the operator applies, also of what it cannot own since it is in another namespace.
const APPLIED: &str = "manifestival";

/// Whether any of these objects is put back, or acted on, by the operator.
pub(super) fn is_needed(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| match entry {
        Entry::Object(before) => {
            before.address.api_version.starts_with(OPERATOR_GROUP)
                || before.object.as_ref().is_some_and(is_put_back)
        }
        Entry::Container(_) => false,
    })
}

fn is_put_back(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    let is_operators = |owner: &Value| {
        owner["apiVersion"].as_str().is_some_and(|version| version.starts_with(OPERATOR_GROUP))
    };
    owners.into_iter().flatten().any(is_operators) || object["metadata"]["annotations"].get(APPLIED).is_some()
}

/// Writes down how the operator is released, before it is held. `None`: there is none.
pub(super) async fn write_down(
    site: &Site,
    resources: &Resources,
    run: &str,
) -> Result<Option<(Address, Record)>, SiteError> {
    let (namespace, name) = OPERATOR;
    let address = Address {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: Some(namespace.to_owned()),
        name: name.to_owned(),
    };
    let what = format!("{address} is held");
    let before = touch::before(site, resources, address, false).await?;
    if before.object.is_none() {
        return Ok(None);
    }
    let entries = vec![Entry::Object(Box::new(before))];
    let record = Record { run: run.to_owned(), what, at: Timestamp::now(), entries };
    Ok(Some((record.write(site).await?, record)))
}

/// Holds what is written down.
pub(super) async fn hold(site: &Site, record: &Record) -> Result<(), SiteError> {
    for entry in &record.entries {
        let Entry::Object(before) = entry else { continue };
        let change = |operator: &mut Value| {
            operator["spec"]["replicas"] = json!(0);
            Ok::<_, SiteError>(())
        };
        whole::change(&site.kinds, &before.address, change).await?;
        // At once: an operator that ends in its own time would still put things back.
        delete_pods(site, before.object.as_ref().unwrap_or(&Value::Null)).await?;
    }
    Ok(())
}

/// Deletes the pods of a Deployment without giving them time, and waits until they are gone.
pub(super) async fn delete_pods(site: &Site, deployment: &Value) -> Result<(), SiteError> {
    delete_those(site, deployment, |_| true).await
}

/// Ends the pods of a Deployment that take their time to end.
pub(super) async fn end_pods(site: &Site, deployment: &Value) -> Result<(), SiteError> {
    delete_those(site, deployment, |pod| pod["metadata"]["deletionTimestamp"].is_string()).await
}

/// The labels by which a Deployment selects its pods.
pub(super) fn labels_of(deployment: &Value) -> String {
    let labels = deployment["spec"]["selector"]["matchLabels"].as_object();
    let labels =
        labels.into_iter().flatten().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    labels.collect::<Vec<_>>().join(",")
}

async fn delete_those(
    site: &Site,
    deployment: &Value,
    is_meant: impl Fn(&Value) -> bool,
) -> Result<(), SiteError> {
    let namespace = deployment["metadata"]["namespace"].as_str();
    let pods = known("v1", "Pod", "pods");
    let pods = list(site.kinds.client(), &pods, namespace, Some(&labels_of(deployment))).await?;
    let addresses: Vec<_> = pods.iter().filter(|pod| is_meant(pod)).map(Address::of).collect();
    try_join_all(addresses.iter().map(|pod| super::record::remove(site, pod))).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::record::Before;
    use super::*;
    use rstest::rstest;

    fn entry(api_version: &str, object: &Value) -> Entry {
        let (kind, name) = ("K".to_owned(), "a".to_owned());
        let address =
            Address { api_version: api_version.to_owned(), kind, namespace: Some("n".to_owned()), name };
        Entry::Object(Box::new(Before {
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
