//! From what a check was about to the documents that are kept of it.

use crate::diagnostics::bounds::{ALL, Cut, Document, fit};
use crate::diagnostics::failed_check::FailedCheck;
use crate::diagnostics::lists::{Lists, Missing};
use crate::diagnostics::logs::{self, Log};
use crate::diagnostics::plan::{DebugEndpoint, DiagnosticsPlan, FailureContext};
use crate::diagnostics::pod_name::PodName;
use crate::diagnostics::related_pod::{RelatedPod, owners, pods};
use crate::diagnostics::source::{LINES, Source};
use crate::diagnostics::{containers, folder, objects};
use cluster::kinds::ref_of;
use futures::future::join_all;
use inputs::Inputs;
use jiff::{Timestamp, ToSpan};
use record::Attachment;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use testbed::{PlacePods, pods_of_place};
use tokio::time::Instant;
use vocabulary::{ObjectRef, Tier, chain};
use world::ObjectSource;

/// How long collecting for one check may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long before a check a log of its time begins: clocks differ.
const BEFORE: i64 = 5;

/// See the module text. One for a run, so that checks share what they ask for.
#[derive(Debug)]
pub(crate) struct Collector {
    source: Source,
    witnesses: DiagnosticsPlan,
    inputs: Arc<Inputs>,
    world: Arc<ObjectSource>,
    folder: PathBuf,
}

impl Collector {
    /// None where there is no cluster to ask.
    pub(crate) fn of(
        world: &Arc<ObjectSource>,
        witnesses: DiagnosticsPlan,
        allowed: Tier,
        inputs: &Arc<Inputs>,
        folder: PathBuf,
    ) -> Option<Self> {
        let source = Source::new(world.client()?, allowed >= Tier::Traffic);
        Some(Self { source, witnesses, inputs: Arc::clone(inputs), world: Arc::clone(world), folder })
    }

    /// Collects what there is, and writes it below the run's folder. Never fails: what could not be had is in the index.
    pub(crate) async fn collect(&self, concern: &FailedCheck) -> Vec<Attachment> {
        let began = Instant::now();
        let deadline = began + PATIENCE;
        let places: Vec<(&str, PlacePods)> =
            concern.check.places.iter().map(|place| (*place, pods_of_place(place, &self.inputs))).collect();
        let namespaces = self.namespaces(concern, &places);
        let served = self.world.served();
        let lists = Lists::read(&self.source, served, concern, &namespaces, deadline).await;

        let there = lists.there();
        let scene = FailureContext {
            check: concern.check,
            inputs: &self.inputs,
            findings: &concern.findings,
            objects: &there,
            pods: &lists.pods,
        };
        let more = (self.witnesses.concerned)(&scene);
        let (involved, left_out) = pods(concern, &lists, &places, &more);
        let mut missing = lists.missing.clone();
        if left_out > 0 {
            missing.push((format!("{left_out} more pods"), "too many are concerned".to_owned()));
        }

        let mut documents = told(&lists, &involved);
        let since = concern.since - BEFORE.seconds();
        let (logs, asks) = futures::future::join(
            join_all(involved.iter().map(|one| self.logs(one.pod, since, deadline))),
            join_all(involved.iter().map(|one| self.asks(concern, one.pod, deadline))),
        )
        .await;
        for (found, lacking) in logs.into_iter().chain(asks) {
            documents.extend(found);
            missing.extend(lacking);
        }
        let (mut attachments, too_much) = fit(documents, ALL);
        missing.extend(too_much.into_iter().map(|left_out| (left_out, "no room".to_owned())));
        for attachment in &mut attachments {
            attachment.name = format!("{}/{}", folder::of(concern.check.id), attachment.name);
        }
        let pods: Vec<_> = involved.iter().map(RelatedPod::line).collect();
        let index = folder::index(concern, &pods, &attachments, &missing, began.elapsed().as_millis());
        attachments.insert(0, index);
        if let Err(error) = folder::write(&self.folder, &attachments) {
            tracing::warn!(check = concern.check.id, error = %chain(&error), "could not write the evidence");
        }
        attachments
    }

    fn namespaces(&self, concern: &FailedCheck, places: &[(&str, PlacePods)]) -> BTreeSet<String> {
        let mut namespaces = concern.namespaces();
        for (_, place) in places {
            namespaces.extend(place.namespaces.iter().cloned());
            namespaces.extend(place.pods.iter().map(|(namespace, _)| namespace.clone()));
        }
        namespaces.extend((self.witnesses.namespaces)(concern.check, &self.inputs));
        namespaces.retain(|namespace| !namespace.is_empty());
        namespaces
    }

    async fn logs(&self, pod: &Value, since: Timestamp, deadline: Instant) -> (Vec<Document>, Vec<Missing>) {
        let name = PodName::of(pod);
        let (wanted, none) = logs::wanted(pod);
        let texts = wanted.iter().map(|log| self.source.log(&name, &log.container, log.previous, deadline));
        let texts = join_all(texts).await;
        let has_none = |container: String| {
            (format!("log of container {container} of pod {name}"), "it has not begun".to_owned())
        };
        let (mut documents, mut missing) = (Vec::new(), none.into_iter().map(has_none).collect::<Vec<_>>());
        for (log, text) in wanted.iter().zip(texts) {
            match text {
                Ok(text) => documents.extend(log_document(&name, log, &text, since)),
                Err(why) => missing.push((about_log(&name, log), why)),
            }
        }
        (documents, missing)
    }

    async fn asks(
        &self,
        concern: &FailedCheck,
        pod: &Value,
        deadline: Instant,
    ) -> (Vec<Document>, Vec<Missing>) {
        let name = PodName::of(pod);
        let asked = (self.witnesses.asked)(concern.check, pod);
        let answers = join_all(asked.iter().map(|ask| self.source.ask(&name, ask, deadline))).await;
        let (mut documents, mut missing) = (Vec::new(), Vec::new());
        for (DebugEndpoint { path, file, about, port }, answer) in asked.iter().zip(answers) {
            match answer {
                Ok(text) => documents.push(Document {
                    path: format!("proxies/{}.{}/{file}", name.namespace, name.name),
                    about: format!("{about} (:{port}{path})"),
                    text: text.to_string(),
                    cut: Cut::Middle,
                    note: None,
                }),
                Err(why) => missing.push((*file, why)),
            }
        }
        (documents, by_reason(&name, missing))
    }
}

/// One line for all that a pod did not tell for one reason.
fn by_reason(pod: &PodName, missing: Vec<(&str, String)>) -> Vec<Missing> {
    let mut files = BTreeMap::<String, Vec<&str>>::new();
    for (file, why) in missing {
        files.entry(why).or_default().push(file);
    }
    files.into_iter().map(|(why, files)| (format!("{} of pod {pod}", files.join(", ")), why)).collect()
}

/// The objects of the findings and the pods, told for a person.
fn told(lists: &Lists, involved: &[RelatedPod<'_>]) -> Vec<Document> {
    let objects: Vec<_> = lists
        .objects
        .iter()
        .map(|(name, object)| {
            objects::describe(name, object.as_ref(), lists.events(name.namespace.as_deref()))
        })
        .collect();
    let is_told = |name: &ObjectRef| lists.objects.iter().any(|(other, _)| other == name);
    let owner = |workload: &Value| {
        let name = ref_of(workload);
        let events = lists.events(name.namespace.as_deref());
        (!is_told(&name)).then(|| objects::describe(&name, Some(workload), events))
    };
    let objects: Vec<_> =
        objects.into_iter().chain(owners(lists, involved).into_iter().filter_map(owner)).collect();
    let pod = |one: &RelatedPod<'_>| {
        let events = lists.events(one.pod["metadata"]["namespace"].as_str());
        containers::describe(one.pod, &one.line(), events)
    };
    let pods: Vec<_> = involved.iter().map(pod).collect();
    let parts = [
        ("objects.txt", "conditions and events of what the findings name, and of what lacks pods", objects),
        ("pods.txt", "containers, conditions and events of the pods that are concerned", pods),
    ];
    let has_any = |(_, _, told): &(&str, &str, Vec<String>)| !told.is_empty();
    let document = |(path, about, told): (&str, &str, Vec<String>)| Document {
        path: path.to_owned(),
        about: about.to_owned(),
        text: redact::text(&told.join("\n")).into_owned(),
        cut: Cut::Middle,
        note: None,
    };
    parts.into_iter().filter(has_any).map(document).collect()
}

fn about_log(pod: &PodName, log: &Log) -> String {
    format!("log of container {} of pod {pod}{}", log.container, before(log))
}

fn before(log: &Log) -> &'static str {
    if log.previous { " before its last restart" } else { "" }
}

fn log_document(pod: &PodName, log: &Log, text: &str, since: Timestamp) -> Option<Document> {
    let part = logs::part(log, text, since);
    let is_cut =
        part.len() == text.len() && i64::try_from(text.lines().count()).is_ok_and(|lines| lines >= LINES);
    let window =
        if log.last { "its last lines".to_owned() } else { format!("since {}", since.strftime("%H:%M:%SZ")) };
    let previous = if log.previous { ".previous" } else { "" };
    (!part.is_empty()).then(|| Document {
        path: format!("logs/{}.{}.{}{previous}.log", pod.namespace, pod.name, log.container),
        about: format!("log of container {}{}, {window}", log.container, before(log)),
        text: part.to_owned(),
        cut: Cut::Beginning,
        note: is_cut.then(|| format!("only the last {LINES} lines were asked for")),
    })
}

#[cfg(test)]
#[path = "collect_tests.rs"]
pub(crate) mod tests;
