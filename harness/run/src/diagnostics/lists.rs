//! What the API server says of the namespaces that are concerned, and of the objects that the findings name.

use crate::diagnostics::failed_check::FailedCheck;
use crate::diagnostics::objects;
use crate::diagnostics::source::{List, Source};
use futures::future::join_all;
use kube::core::{ApiResource, GroupVersionKind};
use record::Served;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::Instant;
use vocabulary::ObjectRef;

/// Where events of what has no namespace are kept.
const OF_THE_CLUSTER: &str = "default";
/// How many objects of findings are told of.
const MOST: usize = 20;

const EVENT: (&str, &str) = ("", "Event");
/// What is read of a namespace: group and kind.
const KINDS: &[(&str, &str)] = &[
    ("", "Pod"),
    ("", "Service"),
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    EVENT,
];

/// What could not be had, and why.
pub(crate) type Missing = (String, String);

/// See the module text.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) pods: Vec<Value>,
    pub(crate) services: Vec<Value>,
    /// Deployments and their like.
    pub(crate) workloads: Vec<Value>,
    /// By namespace.
    pub(crate) events: BTreeMap<String, Vec<Value>>,
    /// The objects of the findings, with what was read of them.
    pub(crate) objects: Vec<(ObjectRef, Option<Value>)>,
    pub(crate) missing: Vec<Missing>,
}

impl Lists {
    /// Reads all at once.
    pub(crate) async fn read(
        source: &Source,
        served: &Served,
        concern: &FailedCheck,
        namespaces: &BTreeSet<String>,
        deadline: Instant,
    ) -> Self {
        let mut found: Vec<&ObjectRef> = concern.findings.iter().map(|finding| &finding.object).collect();
        found.sort();
        found.dedup();
        let has_cluster_scoped = found.iter().any(|object| object.namespace.is_none());
        let of_cluster = has_cluster_scoped.then(|| OF_THE_CLUSTER.to_owned());
        let mut asked = Vec::new();
        for namespace in namespaces {
            asked.extend(KINDS.iter().map(|kind| (*kind, namespace.clone())));
        }
        asked.extend(of_cluster.map(|namespace| (EVENT, namespace)));

        let reading = asked.iter().map(|((group, kind), namespace)| {
            let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, "v1", kind));
            async move {
                let list = List { resource: &resource, namespace: Some(namespace), name: None };
                source.list(list, deadline).await
            }
        });
        let objects = found.iter().take(MOST).map(|object| one(source, served, concern, object, deadline));
        let (answers, objects) = futures::future::join(join_all(reading), join_all(objects)).await;

        let mut lists = Self::default();
        for (((group, kind), namespace), answer) in asked.into_iter().zip(answers) {
            match (kind, answer) {
                (kind, Err(why)) => {
                    lists.missing.push((format!("{}s of {namespace}", kind.to_lowercase()), why));
                }
                ("Pod", Ok(pods)) => lists.pods.extend(pods.iter().cloned()),
                ("Service", Ok(services)) => lists.services.extend(services.iter().cloned()),
                (kind, Ok(workloads)) if !group.is_empty() => {
                    let with_kind = |workload: &Value| {
                        let mut workload = workload.clone();
                        workload["kind"] = json!(kind);
                        workload
                    };
                    lists.workloads.extend(workloads.iter().map(with_kind));
                }
                (_, Ok(events)) => {
                    lists.events.insert(namespace, events.to_vec());
                }
            }
        }
        for (object, answer) in found.iter().zip(objects) {
            match answer {
                Ok(read) if read.is_empty() => lists.objects.push(((*object).clone(), None)),
                Ok(read) => {
                    lists.objects.extend(read.into_iter().map(|one| ((*object).clone(), Some(one))));
                }
                Err(why) => lists.missing.push((object.to_string(), why)),
            }
        }
        lists.missing.extend(
            found
                .iter()
                .skip(MOST)
                .map(|object| (object.to_string(), format!("more than {MOST} objects are named"))),
        );
        lists
    }

    /// The events of a namespace, or of what has none, if they could be read.
    pub(crate) fn events(&self, namespace: Option<&str>) -> Option<&[Value]> {
        self.events.get(namespace.unwrap_or(OF_THE_CLUSTER)).map(Vec::as_slice)
    }

    /// The objects of the findings that are there.
    pub(crate) fn there(&self) -> Vec<Value> {
        self.objects.iter().filter_map(|(_, object)| object.clone()).collect()
    }
}

/// One object, in a list: judging has the right to that and to nothing more. Several, where kinds share a name.
async fn one(
    source: &Source,
    served: &Served,
    concern: &FailedCheck,
    object: &ObjectRef,
    deadline: Instant,
) -> Result<Vec<Value>, String> {
    let resources = objects::resources(&object.kind, &concern.resources, served);
    let mut why = resources.is_empty().then(|| "the API server does not serve its kind".to_owned());
    let mut read = Vec::new();
    for resource in resources {
        let list =
            List { resource: &resource, namespace: object.namespace.as_deref(), name: Some(&object.name) };
        match source.list(list, deadline).await {
            Ok(found) => read.extend(found.first().cloned().map(|mut found| {
                found["kind"] = json!(object.kind);
                found["apiVersion"] = json!(resource.api_version);
                found
            })),
            Err(error) => why = Some(error),
        }
    }
    match why {
        Some(why) if read.is_empty() => Err(why),
        _ => Ok(read),
    }
}
