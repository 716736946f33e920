//! Taking the stack away again, in reverse: what an operator manages goes before the operator does.

use crate::install::error::{InstallError, StepError};
use crate::install::progress::{Event, Progress};
use crate::install::read::read_steps;
use crate::install::report::{InstallReport, StepReport};
use crate::install::step::Step;
use crate::install::{container, objects, values};
use cluster::delete::{DeleteError, Removal, delete, remove};
use cluster::kinds::{Kinds, gvk};
use cluster::state::State;
use futures::StreamExt;
use futures::stream::{self, TryStreamExt};
use inputs::Inputs;
use kube::api::ListParams;
use serde_json::Value;
use tokio::time::Instant;
use vocabulary::ObjectRef;

/// How many objects are removed at a time.
const IN_FLIGHT: usize = 16;

/// Removes what was installed: nothing is deleted that an installation did not make.
pub async fn uninstall(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    progress: &dyn Progress,
) -> Result<InstallReport, InstallError> {
    let kinds = Kinds::new(client);
    let mut report = InstallReport::default();
    for step in read_steps(inputs)?.into_iter().rev() {
        let title = step.spec.title.as_str();
        let started = Instant::now();
        progress.tell(&Event::Started { title });
        match take_back(&kinds, &step, inputs, state).await {
            Ok(mut step) => {
                step.took = started.elapsed();
                progress.tell(&Event::Ended { report: &step });
                report.steps.push(step);
            }
            Err(source) => {
                progress.tell(&Event::Failed { title });
                return Err(InstallError::Step { title: step.spec.title, source: Box::new(source) });
            }
        }
    }
    Ok(report)
}

async fn take_back(
    kinds: &Kinds,
    step: &Step,
    inputs: &Inputs,
    state: &State,
) -> Result<StepReport, StepError> {
    let deadline = Instant::now() + inputs.scaled_budget(step.spec.budget);
    let mut report = StepReport::new(&step.name, &step.spec.title);
    // Only the names matter, so that no secret is needed.
    let mut objects = objects::objects(step, inputs, &values::told(inputs)).await?;
    objects.reverse();
    let (namespaces, others): (Vec<_>, Vec<_>) =
        objects.into_iter().partition(|object| object["kind"] == "Namespace");
    for same_rank in others.chunk_by(|one, other| objects::rank(one) == objects::rank(other)) {
        remove_all(kinds, same_rank, deadline, &mut report).await?;
    }
    // Before the namespaces, which would wait for what is left in them.
    if report.removed > 0 {
        report.removed += sweep(kinds, step, deadline).await?;
    }
    remove_all(kinds, &namespaces, deadline, &mut report).await?;
    if let Some(spec) = &step.spec.container {
        let name = container::name_of(&inputs.kind.name, spec);
        let removed = container::remove(inputs, &name).await?;
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

/// Removes what others left behind. It is only called when the objects that they belong to were ours.
async fn sweep(kinds: &Kinds, step: &Step, deadline: Instant) -> Result<usize, DeleteError> {
    let mut swept = 0;
    for leftover in &step.spec.leaves {
        let refused = |error: kube::Error| DeleteError::Refused {
            object: ObjectRef::cluster(&leftover.kind, format!("with {}", leftover.labels)),
            source: error.into(),
        };
        let found = kinds.api(&gvk(&leftover.api_version, &leftover.kind), None).await.map_err(refused)?;
        let Some(all) = found else { continue };
        let selected = all.list(&ListParams::default().labels(&leftover.labels)).await.map_err(refused)?;
        let removals: Vec<()> = stream::iter(selected.items)
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
        swept += removals.len();
    }
    Ok(swept)
}
