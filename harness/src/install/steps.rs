//! Going through the steps: each starts when those that it follows are done.

use super::container;
use super::objects::{objects, rank};
use super::progress::{Event, Progress};
use super::report::{InstallReport, StepReport};
use super::spec::Spec;
use super::{InstallError, StepError};
use crate::cluster::apply::{Change, apply};
use crate::cluster::kinds::Kinds;
use crate::cluster::wait::{self, Look};
use crate::inputs::Inputs;
use crate::state::State;
use fixtures::Values;
use futures::StreamExt;
use futures::stream::{self, FuturesUnordered, TryStreamExt};
use kube::runtime::watcher;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// How many objects are sent at a time.
const IN_FLIGHT: usize = 8;

/// One step with what belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) spec: Spec,
    pub(super) objects: Vec<Value>,
    pub(super) files: BTreeMap<String, String>,
}

/// All that the steps of one installation share.
pub(super) struct Site<'a> {
    pub(super) kinds: Kinds,
    pub(super) inputs: &'a Inputs,
    pub(super) cluster: &'a str,
    pub(super) state: &'a State,
    pub(super) values: Mutex<Values>,
    pub(super) progress: &'a dyn Progress,
}

impl Site<'_> {
    pub(super) fn values(&self) -> Values {
        self.values.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Takes all steps. The first that fails ends it.
pub(super) async fn take_all(site: &Site<'_>, steps: Vec<Step>) -> Result<InstallReport, InstallError> {
    let mut waiting = steps;
    let mut done = BTreeSet::new();
    let mut running = FuturesUnordered::new();
    let mut report = InstallReport::default();
    loop {
        let is_due = |step: &Step| step.spec.after.iter().all(|name| done.contains(name));
        let (due, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_due);
        waiting = rest;
        running.extend(due.into_iter().map(|step| take(site, step)));
        match running.next().await {
            Some(step) => {
                let step = step?;
                done.insert(step.name.clone());
                report.steps.push(step);
            }
            None => return Ok(report),
        }
    }
}

async fn take(site: &Site<'_>, step: Step) -> Result<StepReport, InstallError> {
    let title = step.spec.title.as_str();
    let started = Instant::now();
    site.progress.tell(&Event::Started { title });
    match act(site, &step).await {
        Ok(mut report) => {
            report.took = started.elapsed();
            site.progress.tell(&Event::Ended { report: &report });
            Ok(report)
        }
        Err(source) => {
            site.progress.tell(&Event::Failed { title });
            Err(InstallError::Step { title: step.spec.title.clone(), source: Box::new(source) })
        }
    }
}

async fn act(site: &Site<'_>, step: &Step) -> Result<StepReport, StepError> {
    let budget = site.inputs.scale(step.spec.budget);
    let deadline = Instant::now() + budget;
    let mut report = StepReport::new(&step.name, &step.spec.title);
    let put = async {
        put_container(site, step, &mut report).await?;
        put_objects(site, step, deadline, &mut report).await
    };
    tokio::time::timeout_at(deadline, put)
        .await
        .map_err(|_| StepError::TimeEnded { budget: budget.into() })??;
    for condition in &step.spec.until {
        let seen = |text: &str| site.progress.tell(&Event::Seen { title: &step.spec.title, text });
        condition.hold(&site.kinds, (budget, deadline), seen).await?;
    }
    Ok(report)
}

async fn put_container(site: &Site<'_>, step: &Step, report: &mut StepReport) -> Result<(), StepError> {
    let Some(spec) = &step.spec.container else { return Ok(()) };
    let name = container::name_of(site.cluster, spec);
    // Written down first: what a killed run leaves is found by the next one.
    site.state.note(|made| {
        if !made.containers.contains(&name) {
            made.containers.push(name.clone());
        }
    })?;
    let budget = site.inputs.scale(step.spec.budget);
    let running = container::ensure(step, spec, site.cluster, site.inputs, &site.values(), budget).await?;
    report.count(running.change);
    let mut values = site.values.lock().unwrap_or_else(PoisonError::into_inner);
    values.insert(spec.address.clone(), running.address.to_string());
    Ok(())
}

async fn put_objects(
    site: &Site<'_>,
    step: &Step,
    deadline: Instant,
    report: &mut StepReport,
) -> Result<(), StepError> {
    let objects = objects(step, site.inputs, &site.values()).await?;
    // Sorted by rank: the objects of one rank are sent together, and a rank after the one before it.
    for same_rank in objects.chunk_by(|one, other| rank(one) == rank(other)) {
        let changes: Vec<Change> = stream::iter(same_rank)
            .map(|object| apply(&site.kinds, object, &step.spec.yield_to))
            .buffer_unordered(IN_FLIGHT)
            .try_collect()
            .await?;
        for change in changes {
            report.count(change);
        }
        await_definitions(site, same_rank, deadline).await?;
    }
    Ok(())
}

/// Waits until the kinds that were defined are served.
async fn await_definitions(site: &Site<'_>, objects: &[Value], deadline: Instant) -> Result<(), StepError> {
    let is_definition = |object: &&Value| object["kind"] == "CustomResourceDefinition";
    let names = objects.iter().filter(is_definition).filter_map(|object| object["metadata"]["name"].as_str());
    let names: Vec<_> = names.collect();
    let Some(first) = objects.iter().find(is_definition).filter(|_| !names.is_empty()) else { return Ok(()) };
    let Ok(Some(api)) = site.kinds.api_of(first).await else { return Ok(()) };
    let judge = |watched: &wait::Watched| {
        let is_established = |name: &&&str| {
            let object = watched.get(&(String::new(), (**name).to_owned()));
            let conditions = object.and_then(|object| object.data.pointer("/status/conditions")?.as_array());
            conditions.into_iter().flatten().any(|it| it["type"] == "Established" && it["status"] == "True")
        };
        match names.iter().find(|name| !is_established(name)) {
            None => Look::Met,
            Some(name) => Look::NotYet(format!("CustomResourceDefinition {name} is not established")),
        }
    };
    wait::until(api, watcher::Config::default(), deadline, judge, |_| {})
        .await
        .map_err(|error| StepError::Definitions { last_seen: error.last_seen })
}
