//! Runs the steps of an installation: each starts when the steps that it names in `after` are done.

use crate::install::container;
use crate::install::error::{InstallError, StepError};
use crate::install::install_progress::{InstallEvent, InstallProgress};
use crate::install::install_report::{InstallReport, StepReport};
use crate::install::install_step::InstallStep;
use crate::install::objects::{apply_rank, objects_of_step};
use cluster::apply::{ObjectChange, apply};
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

/// How many objects are sent concurrently.
const IN_FLIGHT: usize = 8;

/// What the steps of an installation share.
pub(super) struct InstallContext<'a> {
    pub(super) kinds: Kinds,
    pub(super) inputs: &'a Inputs,
    /// The cluster's name.
    pub(super) cluster: &'a str,
    pub(super) state: &'a State,
    /// The values of placeholders, to which steps add.
    pub(super) values: Mutex<PlaceholderValues>,
    pub(super) progress: &'a dyn InstallProgress,
}

impl InstallContext<'_> {
    pub(super) fn values(&self) -> PlaceholderValues {
        self.values.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The steps that would never start: what they name in `after` is no step, or waits for them.
fn never_due<'a>(steps: &'a [(&'a str, &'a [String])]) -> Vec<&'a str> {
    let mut done = BTreeSet::new();
    loop {
        let is_due = |(name, after): &&(&str, &[String])| {
            !done.contains(name) && after.iter().all(|before| done.contains(before.as_str()))
        };
        let due: Vec<_> = steps.iter().filter(is_due).map(|(name, _)| *name).collect();
        if due.is_empty() {
            return steps.iter().map(|(name, _)| *name).filter(|name| !done.contains(name)).collect();
        }
        done.extend(due);
    }
}

/// Runs all steps. The first that fails ends the installation.
pub(super) async fn run_all(
    context: &InstallContext<'_>,
    steps: Vec<InstallStep>,
) -> Result<InstallReport, InstallError> {
    let order: Vec<_> = steps.iter().map(|step| (step.name.as_str(), step.spec.after.as_slice())).collect();
    let never_due = never_due(&order);
    if !never_due.is_empty() {
        return Err(InstallError::NeverDue(never_due.join(", ")));
    }
    let mut waiting = steps;
    let mut done = BTreeSet::new();
    let mut running = FuturesUnordered::new();
    let mut report = InstallReport::default();
    loop {
        let is_due = |step: &InstallStep| step.spec.after.iter().all(|name| done.contains(name));
        let (due, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_due);
        waiting = rest;
        running.extend(due.into_iter().map(|step| run(context, step)));
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

async fn run(context: &InstallContext<'_>, step: InstallStep) -> Result<StepReport, InstallError> {
    let title = step.spec.title.as_str();
    let started = Instant::now();
    context.progress.show(&InstallEvent::Started { title });
    match apply_and_wait(context, &step).await {
        Ok(mut report) => {
            report.duration = started.elapsed();
            context.progress.show(&InstallEvent::Ended { report: &report });
            Ok(report)
        }
        Err(source) => {
            context.progress.show(&InstallEvent::Failed { title });
            Err(InstallError::Step { title: step.spec.title.clone(), source: Box::new(source) })
        }
    }
}

async fn apply_and_wait(context: &InstallContext<'_>, step: &InstallStep) -> Result<StepReport, StepError> {
    let budget = context.inputs.scaled_budget(step.spec.budget);
    let deadline = Instant::now() + budget;
    let mut report = StepReport::new(&step.name, &step.spec.title);
    let apply = async {
        start_container(context, step, &mut report).await?;
        apply_objects(context, step, deadline, &mut report).await
    };
    tokio::time::timeout_at(deadline, apply)
        .await
        .map_err(|_| StepError::TimeEnded { budget: budget.into() })??;
    for condition in &step.spec.until {
        let on_pending =
            |text: &str| context.progress.show(&InstallEvent::Waiting { title: &step.spec.title, text });
        condition.wait_or_explain(&context.kinds, (budget, deadline), on_pending).await?;
    }
    Ok(report)
}

async fn start_container(
    context: &InstallContext<'_>,
    step: &InstallStep,
    report: &mut StepReport,
) -> Result<(), StepError> {
    let Some(spec) = &step.spec.container else { return Ok(()) };
    let name = container::container_name(context.cluster, spec);
    // Noted before it is started, so that the next run finds what a killed one left.
    context.state.note(|made| {
        if !made.containers.contains(&name) {
            made.containers.push(name.clone());
        }
    })?;
    let budget = context.inputs.scaled_budget(step.spec.budget);
    let container =
        container::ensure(step, spec, context.cluster, context.inputs, &context.values(), budget).await?;
    report.count(container.change);
    let mut values = context.values.lock().unwrap_or_else(PoisonError::into_inner);
    values.insert(spec.address.clone(), container.address.to_string());
    Ok(())
}

async fn apply_objects(
    context: &InstallContext<'_>,
    step: &InstallStep,
    deadline: Instant,
    report: &mut StepReport,
) -> Result<(), StepError> {
    let objects = objects_of_step(step, context.inputs, &context.values()).await?;
    // They are sorted by rank: those of one rank are sent concurrently, the ranks one after the other.
    for same_rank in objects.chunk_by(|one, other| apply_rank(one) == apply_rank(other)) {
        let changes: Vec<ObjectChange> = stream::iter(same_rank)
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

/// Waits until the API server serves the kinds that these objects define.
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
    let judge = |watched: &wait::WatchedObjects| {
        let is_established = |name: &&&str| {
            let object = watched.get(&(String::new(), (**name).to_owned()));
            object.is_some_and(|object| conditions::is_true(&object.data, "Established"))
        };
        match names.iter().find(|name| !is_established(name)) {
            None => Readiness::Ready,
            Some(name) => Readiness::Pending(format!("CustomResourceDefinition {name} is not established")),
        }
    };
    wait::await_readiness(api, watcher::Config::default(), deadline, judge, |_| {})
        .await
        .map_err(|error| StepError::Definitions { last_seen: error.last_seen })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::in_order("a, b after a", "")]
    #[case::in_another_order("b after a, a", "")]
    #[case::misspelt("a, b after A, c after b", "b, c")]
    #[case::in_a_circle("a, b after c, c after a b", "b, c")]
    fn steps_that_would_never_start_are_named(#[case] steps: &'static str, #[case] expected: &str) {
        let step = |text: &'static str| text.split_once(" after ").unwrap_or((text, ""));
        let after = |names: &str| names.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        let steps: Vec<_> = steps.split(", ").map(step).map(|(name, names)| (name, after(names))).collect();
        let order: Vec<_> = steps.iter().map(|(name, after)| (*name, after.as_slice())).collect();
        assert_eq!(never_due(&order).join(", "), expected);
    }
}
