//! Removes the stack, in reverse: the objects that an operator manages are removed before the operator.

use crate::container_engine::remove_container;
use crate::install::container::{self, ContainerError};
use crate::install::error::{InstallError, StepError};
use crate::install::install_progress::{InstallEvent, InstallProgress};
use crate::install::install_report::{InstallReport, StepReport};
use crate::install::install_step::InstallStep;
use crate::install::step_fixtures::{flavour_to_remove, read_steps};
use crate::install::{objects, values};
use cluster::delete::{DeleteError, Removal, delete, remove};
use cluster::kinds::{Kinds, gvk};
use cluster::list::list_all;
use cluster::state::State;
use futures::StreamExt;
use futures::stream::{self, TryStreamExt};
use inputs::Inputs;
use kube::api::ListParams;
use serde_json::Value;
use tokio::time::Instant;
use vocabulary::ObjectRef;

/// How many objects are removed concurrently.
const IN_FLIGHT: usize = 16;

/// Removes what an installation made. Objects that were there before get their values back.
pub async fn uninstall(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    progress: &dyn InstallProgress,
) -> Result<InstallReport, InstallError> {
    let kinds = Kinds::new(client);
    let mut report = InstallReport::default();
    let installed = state.made()?.and_then(|made| made.flavour);
    for step in read_steps(inputs, flavour_to_remove(inputs, installed.as_deref()))?.into_iter().rev() {
        let title = step.spec.title.as_str();
        let started = Instant::now();
        progress.show(&InstallEvent::Started { title });
        match remove_step(&kinds, &step, inputs, state).await {
            Ok(mut step_report) => {
                step_report.duration = started.elapsed();
                progress.show(&InstallEvent::Ended { report: &step_report });
                report.steps.push(step_report);
            }
            Err(source) => {
                progress.show(&InstallEvent::Failed { title });
                return Err(InstallError::Step { title: step.spec.title, source: Box::new(source) });
            }
        }
    }
    state.note(|made| {
        made.flavour = None;
        made.router_address = None;
    })?;
    Ok(report)
}

async fn remove_step(
    kinds: &Kinds,
    step: &InstallStep,
    inputs: &Inputs,
    state: &State,
) -> Result<StepReport, StepError> {
    let deadline = Instant::now() + inputs.scaled_budget(step.spec.budget);
    let mut report = StepReport::new(&step.name, &step.spec.title);
    // Only the names of the objects matter, so no certificate and no secret is made.
    let mut objects = objects::objects_of_step(step, inputs, &values::dry_run_values(inputs)).await?;
    objects.reverse();
    let (namespaces, others): (Vec<_>, Vec<_>) =
        objects.into_iter().partition(|object| object["kind"] == "Namespace");
    for same_rank in others.chunk_by(|one, other| objects::apply_rank(one) == objects::apply_rank(other)) {
        remove_all(kinds, same_rank, deadline, &mut report).await?;
    }
    // Before the namespaces, whose deletion waits for the objects in them.
    if report.removed > 0 {
        report.removed += remove_leftovers(kinds, step, deadline).await?;
    }
    remove_all(kinds, &namespaces, deadline, &mut report).await?;
    if let Some(spec) = &step.spec.container {
        let name = container::container_name(&inputs.kind.name, spec);
        let removed = remove_container(inputs, &name).await.map_err(ContainerError::from)?;
        report.removed += usize::from(removed);
        state.note(|made| made.containers.retain(|other| *other != name))?;
    }
    Ok(report)
}

async fn remove_all(
    kinds: &Kinds,
    objects: &[Value],
    deadline: Instant,
    report: &mut StepReport,
) -> Result<(), DeleteError> {
    let removals: Vec<Removal> = stream::iter(objects)
        .map(|object| remove(kinds, object, deadline))
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    for removal in removals {
        report.count_removal(removal);
    }
    Ok(())
}

/// Removes what controllers leave behind of the step's objects, if those were made by an installation.
async fn remove_leftovers(
    kinds: &Kinds,
    step: &InstallStep,
    deadline: Instant,
) -> Result<usize, DeleteError> {
    let mut removed = 0;
    for leftover in &step.spec.leaves {
        let refused = |error: kube::Error| DeleteError::Refused {
            object: ObjectRef::cluster(&leftover.kind, format!("with {}", leftover.labels)),
            source: error.into(),
        };
        let everywhere =
            kinds.api(&gvk(&leftover.api_version, &leftover.kind), None).await.map_err(refused)?;
        let Some(everywhere) = everywhere else { continue };
        let params = ListParams::default().labels(&leftover.labels);
        let selected = list_all(&everywhere, &params).await.map_err(refused)?;
        let removals: Vec<()> = stream::iter(selected)
            .map(|live| async move {
                let gvk = gvk(&leftover.api_version, &leftover.kind);
                let object = kinds.api(&gvk, live.metadata.namespace.as_deref()).await;
                match object.map_err(refused)? {
                    Some(api) => delete(&api, &live, leftover.grace_seconds, deadline).await,
                    None => Ok(()),
                }
            })
            .buffer_unordered(IN_FLIGHT)
            .try_collect()
            .await?;
        removed += removals.len();
    }
    Ok(removed)
}
