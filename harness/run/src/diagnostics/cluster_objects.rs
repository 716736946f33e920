//! What the API server says of the namespaces that a failed check is about, and of the objects that its findings name.

use crate::diagnostics::answer_cache::CachedAnswer;
use crate::diagnostics::client::{DiagnosticsClient, ListRequest};
use crate::diagnostics::documents::MissingDocument;
use crate::diagnostics::failed_check::FailedCheck;
use crate::diagnostics::objects;
use futures::future::{join, join_all};
use kube::core::{ApiResource, GroupVersionKind};
use record::ServedKinds;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::Instant;
use vocabulary::ObjectRef;

/// The namespace in which events about cluster-scoped objects are kept.
const NAMESPACE_OF_CLUSTER_EVENTS: &str = "default";
/// How many objects of findings are read.
const MAX_FINDING_OBJECTS: usize = 20;

/// See the module text.
#[derive(Debug, Default)]
pub(crate) struct ClusterObjects {
    pub(crate) pods: Vec<Value>,
    pub(crate) services: Vec<Value>,
    /// Deployments, `StatefulSet`s and `DaemonSet`s, each with its kind.
    pub(crate) workloads: Vec<Value>,
    /// By namespace. None of a namespace whose events could not be read.
    pub(crate) events: BTreeMap<String, Vec<Value>>,
    /// The objects of the findings, as far as they are there.
    pub(crate) finding_objects: Vec<(ObjectRef, Option<Value>)>,
    pub(crate) missing: Vec<MissingDocument>,
}

/// A kind that is read of each namespace.
#[derive(Debug, Clone, Copy)]
enum ListedKind {
    Pod,
    Service,
    Deployment,
    StatefulSet,
    DaemonSet,
    Event,
}

impl ListedKind {
    const ALL: [Self; 6] =
        [Self::Pod, Self::Service, Self::Deployment, Self::StatefulSet, Self::DaemonSet, Self::Event];

    fn name(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Service => "Service",
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Event => "Event",
        }
    }

    fn resource(self) -> ApiResource {
        let group = match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => "apps",
            Self::Pod | Self::Service | Self::Event => "",
        };
        ApiResource::from_gvk(&GroupVersionKind::gvk(group, "v1", self.name()))
    }
}

/// The objects of a kind in a namespace.
#[derive(Debug)]
struct NamespaceList {
    kind: ListedKind,
    namespace: String,
}

impl ClusterObjects {
    /// Reads all at once. What could not be read is among the missing documents.
    pub(crate) async fn read(
        client: &DiagnosticsClient,
        served: &ServedKinds,
        failed_check: &FailedCheck,
        namespaces: &BTreeSet<String>,
        deadline: Instant,
    ) -> Self {
        let named: BTreeSet<_> = failed_check.findings.iter().map(|finding| &finding.object).collect();
        let lists = namespace_lists(namespaces, &named);
        let list_requests = lists.iter().map(|list| list.read(client, deadline));
        let object_requests = named
            .iter()
            .take(MAX_FINDING_OBJECTS)
            .map(|object| read_object(client, served, failed_check, object, deadline));
        let (list_answers, object_answers) = join(join_all(list_requests), join_all(object_requests)).await;

        let mut objects = Self::default();
        for (list, answer) in lists.into_iter().zip(list_answers) {
            objects.add_list(list, answer);
        }
        for (name, answer) in named.iter().zip(object_answers) {
            objects.add_finding_object(name, answer);
        }
        let too_many = named.iter().skip(MAX_FINDING_OBJECTS).map(|object| {
            let reason = format!("more than {MAX_FINDING_OBJECTS} objects are named");
            MissingDocument::new(object.to_string(), reason)
        });
        objects.missing.extend(too_many);
        objects
    }

    fn add_list(&mut self, list: NamespaceList, answer: CachedAnswer<Vec<Value>>) {
        let NamespaceList { kind, namespace } = list;
        let objects = match answer {
            Ok(objects) => objects.to_vec(),
            Err(reason) => {
                let name = format!("{}s of {namespace}", kind.name().to_lowercase());
                self.missing.push(MissingDocument::new(name, reason));
                return;
            }
        };
        match kind {
            ListedKind::Pod => self.pods.extend(objects),
            ListedKind::Service => self.services.extend(objects),
            ListedKind::Deployment | ListedKind::StatefulSet | ListedKind::DaemonSet => {
                // The items of a list do not say their kind.
                self.workloads.extend(objects.into_iter().map(|mut workload| {
                    workload["kind"] = json!(kind.name());
                    workload
                }));
            }
            ListedKind::Event => {
                self.events.insert(namespace, objects);
            }
        }
    }

    fn add_finding_object(&mut self, name: &ObjectRef, answer: Result<Vec<Value>, String>) {
        match answer {
            Ok(objects) if objects.is_empty() => self.finding_objects.push((name.clone(), None)),
            Ok(objects) => {
                self.finding_objects.extend(objects.into_iter().map(|object| (name.clone(), Some(object))));
            }
            Err(reason) => self.missing.push(MissingDocument::new(name.to_string(), reason)),
        }
    }

    /// The events of a namespace, or those about cluster-scoped objects. None where they could not be read.
    pub(crate) fn events(&self, namespace: Option<&str>) -> Option<&[Value]> {
        self.events.get(namespace.unwrap_or(NAMESPACE_OF_CLUSTER_EVENTS)).map(Vec::as_slice)
    }

    /// The objects of the findings that are there.
    pub(crate) fn existing_finding_objects(&self) -> Vec<Value> {
        self.finding_objects.iter().filter_map(|(_, object)| object.clone()).collect()
    }
}

/// The lists of all namespaces, and the events about cluster-scoped objects where a finding names one.
fn namespace_lists(namespaces: &BTreeSet<String>, named: &BTreeSet<&ObjectRef>) -> Vec<NamespaceList> {
    let of_namespaces = namespaces.iter().flat_map(|namespace| {
        ListedKind::ALL.map(|kind| NamespaceList { kind, namespace: namespace.clone() })
    });
    let has_cluster_scoped = named.iter().any(|object| object.namespace.is_none());
    let cluster_events = has_cluster_scoped.then(|| NamespaceList {
        kind: ListedKind::Event,
        namespace: NAMESPACE_OF_CLUSTER_EVENTS.to_owned(),
    });
    of_namespaces.chain(cluster_events).collect()
}

impl NamespaceList {
    async fn read(&self, client: &DiagnosticsClient, deadline: Instant) -> CachedAnswer<Vec<Value>> {
        let resource = self.kind.resource();
        let request = ListRequest { resource: &resource, namespace: Some(&self.namespace), name: None };
        client.list(request, deadline).await
    }
}

/// The object of a finding; several, where kinds share a name. It is read by `list`, since judging needs no other right.
async fn read_object(
    client: &DiagnosticsClient,
    served: &ServedKinds,
    failed_check: &FailedCheck,
    name: &ObjectRef,
    deadline: Instant,
) -> Result<Vec<Value>, String> {
    let resources = objects::resources_of_kind(&name.kind, &failed_check.resources, served);
    let mut failure = resources.is_empty().then(|| "the API server does not serve its kind".to_owned());
    let mut objects = Vec::new();
    for resource in resources {
        let namespace = name.namespace.as_deref();
        let request = ListRequest { resource: &resource, namespace, name: Some(&name.name) };
        match client.list(request, deadline).await {
            Ok(list) => objects.extend(list.first().cloned().map(|mut object| {
                object["kind"] = json!(name.kind);
                object["apiVersion"] = json!(resource.api_version);
                object
            })),
            Err(reason) => failure = Some(reason),
        }
    }
    match failure {
        Some(reason) if objects.is_empty() => Err(reason),
        _ => Ok(objects),
    }
}
