//! The descriptions of what a failed check is about: a document of its objects, and one of its pods.

use crate::diagnostics::cluster_objects::ClusterObjects;
use crate::diagnostics::documents::{CollectedDocument, OmittedPart};
use crate::diagnostics::objects::describe_object;
use crate::diagnostics::pods::describe_pod;
use crate::diagnostics::related_pods::{RelatedPod, unready_workloads};
use cluster::kinds::ref_of;

/// No document without anything to describe.
pub(crate) fn descriptions(objects: &ClusterObjects, related: &[RelatedPod<'_>]) -> Vec<CollectedDocument> {
    let objects_document = document(
        "objects.txt",
        "conditions and events of what the findings name, and of what lacks pods",
        &describe_objects(objects, related),
    );
    let pods_document = document(
        "pods.txt",
        "containers, conditions and events of the pods that are concerned",
        &describe_pods(objects, related),
    );
    objects_document.into_iter().chain(pods_document).collect()
}

/// The objects of the findings, and the workloads that lack pods.
fn describe_objects(objects: &ClusterObjects, related: &[RelatedPod<'_>]) -> Vec<String> {
    let mut texts = Vec::new();
    for (name, object) in &objects.finding_objects {
        texts.push(describe_object(name, object.as_ref(), objects.events(name.namespace.as_deref())));
    }
    for workload in unready_workloads(objects, related) {
        let name = ref_of(workload);
        if !objects.finding_objects.iter().any(|(other, _)| *other == name) {
            let events = objects.events(name.namespace.as_deref());
            texts.push(describe_object(&name, Some(workload), events));
        }
    }
    texts
}

fn describe_pods(objects: &ClusterObjects, related: &[RelatedPod<'_>]) -> Vec<String> {
    let describe = |related: &RelatedPod<'_>| {
        let events = objects.events(related.pod["metadata"]["namespace"].as_str());
        describe_pod(related.pod, &related.line(), events)
    };
    related.iter().map(describe).collect()
}

fn document(path: &str, about: &str, texts: &[String]) -> Option<CollectedDocument> {
    (!texts.is_empty()).then(|| CollectedDocument {
        path: path.to_owned(),
        about: about.to_owned(),
        text: redact::text(&texts.join("\n")).into_owned(),
        omit: OmittedPart::Middle,
        note: None,
    })
}
