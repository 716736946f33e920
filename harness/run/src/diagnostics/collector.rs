//! Collects the diagnostics of a failed check: from what the check was about to the documents that are kept of it.

use crate::diagnostics::client::DiagnosticsClient;
use crate::diagnostics::cluster_objects::ClusterObjects;
use crate::diagnostics::descriptions::descriptions;
use crate::diagnostics::documents::{CollectedDocument, MAX_CHECK_BYTES, MissingDocument, OmittedPart, fit};
use crate::diagnostics::failed_check::FailedCheck;
use crate::diagnostics::index::index;
use crate::diagnostics::logs::wanted_logs;
use crate::diagnostics::plan::{DebugEndpoint, DiagnosticsPlan, FailureContext};
use crate::diagnostics::pod_name::PodName;
use crate::diagnostics::related_pods::{RelatedPod, related_pods};
use crate::evidence;
use crate::unwritten_file::UnwrittenFile;
use futures::future::{join, join_all};
use inputs::Inputs;
use jiff::{Timestamp, ToSpan};
use record::Attachment;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use testbed::{PlacePods, pods_of_place};
use tokio::time::Instant;
use vocabulary::Tier;
use world::ObjectSource;

/// How long collecting for one check may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How many seconds before the check its part of a log begins: clocks differ.
const CLOCK_DIFFERENCE: i64 = 5;

/// Collects diagnostics. There is one in a run, so that checks share what they request.
#[derive(Debug)]
pub(crate) struct DiagnosticsCollector {
    client: DiagnosticsClient,
    plan: DiagnosticsPlan,
    inputs: Arc<Inputs>,
    world: Arc<ObjectSource>,
    /// The run's.
    folder: PathBuf,
    /// The files that could not be written.
    unwritten: Mutex<Vec<UnwrittenFile>>,
}

/// What was collected of a pod.
#[derive(Debug, Default)]
struct PodDocuments {
    documents: Vec<CollectedDocument>,
    missing: Vec<MissingDocument>,
}

impl DiagnosticsCollector {
    /// None where there is no cluster to ask.
    pub(crate) fn new(
        world: &Arc<ObjectSource>,
        plan: DiagnosticsPlan,
        allowed: Tier,
        inputs: &Arc<Inputs>,
        folder: PathBuf,
    ) -> Option<Self> {
        let client = DiagnosticsClient::new(&world.client()?, allowed >= Tier::Traffic);
        Some(Self {
            client,
            plan,
            inputs: Arc::clone(inputs),
            world: Arc::clone(world),
            folder,
            unwritten: Mutex::default(),
        })
    }

    /// Collects what there is, and writes it below the run's folder. Never fails: what is missing is in the index.
    pub(crate) async fn collect(&self, failed_check: &FailedCheck) -> Vec<Attachment> {
        let started = Instant::now();
        let deadline = started + TIMEOUT;
        let check = failed_check.check;
        let places = check.places.iter().map(|place| (*place, pods_of_place(place, &self.inputs)));
        let places: Vec<(&str, PlacePods)> = places.collect();
        let namespaces = self.namespaces(failed_check, &places);
        let served = self.world.served();
        let objects = ClusterObjects::read(&self.client, served, failed_check, &namespaces, deadline).await;

        let known_to_suites = (self.plan.related_pods)(&FailureContext {
            check,
            inputs: &self.inputs,
            findings: &failed_check.findings,
            objects: &objects.existing_finding_objects(),
            pods: &objects.pods,
        });
        let (related, left_out) = related_pods(failed_check, &objects, &places, &known_to_suites);
        let mut missing = objects.missing.clone();
        if left_out > 0 {
            missing.push(MissingDocument::new(format!("{left_out} more pods"), "too many are concerned"));
        }

        let mut documents = descriptions(&objects, &related);
        let log_start = failed_check.started - CLOCK_DIFFERENCE.seconds();
        let logs = related.iter().map(|related| self.logs(related.pod, log_start, deadline));
        let debug_documents =
            related.iter().map(|related| self.debug_documents(failed_check, related.pod, deadline));
        let (logs, debug_documents) = join(join_all(logs), join_all(debug_documents)).await;
        for of_pod in logs.into_iter().chain(debug_documents) {
            documents.extend(of_pod.documents);
            missing.extend(of_pod.missing);
        }
        let (mut attachments, left_out) = fit(documents, MAX_CHECK_BYTES);
        missing.extend(left_out.into_iter().map(|name| MissingDocument::new(name, "no room")));
        let folder = evidence::diagnostics_folder(check.id);
        for attachment in &mut attachments {
            attachment.name = format!("{folder}/{}", attachment.name);
        }
        let pods: Vec<_> = related.iter().map(RelatedPod::line).collect();
        let took_ms = started.elapsed().as_millis();
        attachments.insert(0, index(failed_check, &pods, &attachments, &missing, took_ms));
        let unwritten = evidence::write_attachments(&self.folder, &attachments);
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).extend(unwritten);
        attachments
    }

    /// Takes the files that could not be written.
    pub(crate) fn take_unwritten(&self) -> Vec<UnwrittenFile> {
        std::mem::take(&mut *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn namespaces(&self, failed_check: &FailedCheck, places: &[(&str, PlacePods)]) -> BTreeSet<String> {
        let mut namespaces = failed_check.namespaces();
        for (_, place) in places {
            namespaces.extend(place.namespaces.iter().cloned());
            namespaces.extend(place.pods.iter().map(|(namespace, _)| namespace.clone()));
        }
        namespaces.extend((self.plan.namespaces)(failed_check.check, &self.inputs));
        namespaces.retain(|namespace| !namespace.is_empty());
        namespaces
    }

    /// The logs of a pod, from `start` on where a container is ready.
    async fn logs(&self, pod: &Value, start: Timestamp, deadline: Instant) -> PodDocuments {
        let name = PodName::of(pod);
        let (wanted, without_log) = wanted_logs(pod);
        let texts =
            wanted.iter().map(|log| self.client.log(&name, &log.container, log.is_previous, deadline));
        let texts = join_all(texts).await;
        let mut collected = PodDocuments::default();
        for container in without_log {
            let document = format!("log of container {container} of pod {name}");
            collected.missing.push(MissingDocument::new(document, "it has not begun"));
        }
        for (log, text) in wanted.iter().zip(texts) {
            match text {
                Ok(text) => collected.documents.extend(log.document(&name, &text, start)),
                Err(reason) => collected.missing.push(MissingDocument::new(log.describe(&name), reason)),
            }
        }
        collected
    }

    /// The documents at the ports of a pod.
    async fn debug_documents(
        &self,
        failed_check: &FailedCheck,
        pod: &Value,
        deadline: Instant,
    ) -> PodDocuments {
        let name = PodName::of(pod);
        let endpoints = (self.plan.debug_endpoints)(failed_check.check, pod);
        let answers = endpoints.iter().map(|endpoint| self.client.debug_document(&name, endpoint, deadline));
        let answers = join_all(answers).await;
        let (mut documents, mut missing) = (Vec::new(), BTreeMap::<String, Vec<&str>>::new());
        for (DebugEndpoint { path, file, about, port }, answer) in endpoints.iter().zip(answers) {
            match answer {
                Ok(text) => documents.push(CollectedDocument {
                    path: format!("proxies/{}.{}/{file}", name.namespace, name.name),
                    about: format!("{about} (:{port}{path})"),
                    text: text.to_string(),
                    omit: OmittedPart::Middle,
                    note: None,
                }),
                Err(reason) => missing.entry(reason).or_default().push(file),
            }
        }
        // One line for all files that are missing for one reason.
        let missing = missing.into_iter().map(|(reason, files)| {
            MissingDocument::new(format!("{} of pod {name}", files.join(", ")), reason)
        });
        PodDocuments { documents, missing: missing.collect() }
    }
}

#[cfg(test)]
#[path = "collector_tests.rs"]
mod tests;
