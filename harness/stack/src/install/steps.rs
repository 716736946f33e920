//! Going through the steps: each starts when those that it follows are done.

use crate::install::container;
use crate::install::error::{InstallError, StepError};
use crate::install::objects::{objects, rank};
use crate::install::progress::{Event, Progress};
use crate::install::report::{InstallReport, StepReport};
use crate::install::step::Step;
use cluster::apply::{Change, apply};
use cluster::conditions;
use cluster::kinds::Kinds;
use cluster::state::State;
use cluster::wait::{self, Readiness};
use fixtures::PlaceholderValues;
use futures::StreamExt;
use futures::stream::{self, FuturesUnordered, TryStreamExt};
use inputs::Inputs;
use kube::runtime::watcher;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// How many objects are sent at a time.
const IN_FLIGHT: usize = 8;

/// All that the steps of one installation share.
pub(super) struct InstallContext<'a> {
    pub(super) kinds: Kinds,
    pub(super) inputs: &'a Inputs,
    pub(super) cluster: &'a str,
    pub(super) state: &'a State,
    pub(super) values: Mutex<PlaceholderValues>,
    pub(super) progress: &'a dyn Progress,
}

impl InstallContext<'_> {
    pub(super) fn values(&self) -> PlaceholderValues {
        self.values.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Takes all steps. The first that fails ends it.
pub(super) async fn take_all(
    context: &InstallContext<'_>,
    steps: Vec<Step>,
) -> Result<InstallReport, InstallError> {
    let mut waiting = steps;
    let mut done = BTreeSet::new();
    let mut running = FuturesUnordered::new();
    let mut report = InstallReport::default();
    loop {
        let is_due = |step: &Step| step.spec.after.iter().all(|name| done.contains(name));
        let (due, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_due);
        waiting = rest;
        running.extend(due.into_iter().map(|step| take(context, step)));
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

async fn take(context: &InstallContext<'_>, step: Step) -> Result<StepReport, InstallError> {
    let title = step.spec.title.as_str();
    let started = Instant::now();
    context.progress.tell(&Event::Started { title });
    match act(context, &step).await {
        Ok(mut report) => {
            report.took = started.elapsed();
            context.progress.tell(&Event::Ended { report: &report });
            Ok(report)
        }
        Err(source) => {
            context.progress.tell(&Event::Failed { title });
            Err(InstallError::Step { title: step.spec.title.clone(), source: Box::new(source) })
        }
    }
}

async fn act(context: &InstallContext<'_>, step: &Step) -> Result<StepReport, StepError> {
    let budget = context.inputs.scaled_budget(step.spec.budget);
    let deadline = Instant::now() + budget;
    let mut report = StepReport::new(&step.name, &step.spec.title);
    let put = async {
        put_container(context, step, &mut report).await?;
        put_objects(context, step, deadline, &mut report).await
    };
    tokio::time::timeout_at(deadline, put)
        .await
        .map_err(|_| StepError::TimeEnded { budget: budget.into() })??;
    for condition in &step.spec.until {
        let seen = |text: &str| context.progress.tell(&Event::Seen { title: &step.spec.title, text });
        condition.hold(&context.kinds, (budget, deadline), seen).await?;
    }
    Ok(report)
}

async fn put_container(
    context: &InstallContext<'_>,
    step: &Step,
    report: &mut StepReport,
) -> Result<(), StepError> {
    let Some(spec) = &step.spec.container else { return Ok(()) };
    let name = container::name_of(context.cluster, spec);
    // Written down first: what a killed run leaves is found by the next one.
    context.state.note(|made| {
        if !made.containers.contains(&name) {
            made.containers.push(name.clone());
        }
    })?;
    let budget = context.inputs.scaled_budget(step.spec.budget);
    let running =
        container::ensure(step, spec, context.cluster, context.inputs, &context.values(), budget).await?;
    report.count(running.change);
    let mut values = context.values.lock().unwrap_or_else(PoisonError::into_inner);
    values.insert(spec.address.clone(), running.address.to_string());
    Ok(())
}

async fn put_objects(
    context: &InstallContext<'_>,
    step: &Step,
    deadline: Instant,
    report: &mut StepReport,
) -> Result<(), StepError> {
    let objects = objects(step, context.inputs, &context.values()).await?;
    // Sorted by rank: the objects of one rank are sent together, and a rank after the one before it.
    for same_rank in objects.chunk_by(|one, other| rank(one) == rank(other)) {
        let changes: Vec<Change> = stream::iter(same_rank)
            .map(|object| apply(&context.kinds, object, &step.spec.yield_to))
            .buffer_unordered(IN_FLIGHT)
            .try_collect()
            .await?;
        for change in changes {
            report.count(change);
        }
        await_definitions(context, same_rank, deadline).await?;
    }
    Ok(())
}

/// Waits until the kinds that were defined are served.
async fn await_definitions(
    context: &InstallContext<'_>,
    objects: &[Value],
    deadline: Instant,
) -> Result<(), StepError> {
    let is_definition = |object: &&Value| object["kind"] == "CustomResourceDefinition";
    let names = objects.iter().filter(is_definition).filter_map(|object| object["metadata"]["name"].as_str());
    let names: Vec<_> = names.collect();
    let Some(first) = objects.iter().find(is_definition).filter(|_| !names.is_empty()) else { return Ok(()) };
    let Ok(Some(api)) = context.kinds.api_of(first).await else { return Ok(()) };
    let judge = |watched: &wait::Watched| {
        let is_established = |name: &&&str| {
            let object = watched.get(&(String::new(), (**name).to_owned()));
            object.is_some_and(|object| conditions::is_true(&object.data, "Established"))
        };
        match names.iter().find(|name| !is_established(name)) {
            None => Readiness::Ready,
            Some(name) => Readiness::Pending(format!("CustomResourceDefinition {name} is not established")),
        }
    };
    wait::until(api, watcher::Config::default(), deadline, judge, |_| {})
        .await
        .map_err(|error| StepError::Definitions { last_seen: error.last_seen })
}
