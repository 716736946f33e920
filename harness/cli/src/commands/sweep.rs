//! `meshproof sweep`: remove what killed runs left in a cluster.

use crate::error::CliError;
use crate::output::print;
use crate::stop_signal::NextStep;
use crate::{source, stop_signal};
use cluster::client::RequestPolicy;
use inputs::{InputLayers, Inputs, ProviderKind};
use report::fault_progress::FaultProgress;
use run::{Registry, RunError, RunSource, connect};
use stack::provider::Provider;
use std::fmt::Write;
use testbed::sweep::{SweepError, SweepReport, removal_limit, sweep};
use undo::{HealReport, leftover};
use vocabulary::{ExitCode, Tier};

const NEXT: NextStep =
    NextStep { hint: "repeat `meshproof sweep` to go on", left: "what runs left is not all removed" };

/// Heals the faults that a killed run left in the cluster, and removes every object that has the label of any run.
pub(crate) fn main(registry: &Registry, layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    if inputs.provider_or_default(ProviderKind::Recording) == ProviderKind::Recording {
        return Err(CliError::NeedsCluster { command: "sweep" });
    }
    let RunSource::Cluster(provider) = source::source_for_run(registry, &inputs)? else {
        return Err(CliError::NeedsCluster { command: "sweep" });
    };
    if provider.allowed() < Tier::Traffic {
        return Err(CliError::NotAllowed { command: "sweep", tier: Tier::Traffic });
    }
    stop_signal::run_droppable(NEXT, async |_| heal_and_sweep(provider.as_ref(), &inputs).await)
}

async fn heal_and_sweep(provider: &dyn Provider, inputs: &Inputs) -> Result<ExitCode, CliError> {
    let mut lock = provider.lock()?;
    let client = connect(provider, &RequestPolicy::of_run("sweep")).await?;
    let healed = match provider.state() {
        Some(state) => {
            let progress = FaultProgress::on_stderr(0);
            leftover::heal_locked(client.clone(), inputs, state, &|what| progress.show_step(what)).await?
        }
        None => HealReport::default(),
    };
    for fault in &healed.0 {
        print(&format!("healed {fault}\n"))?;
    }
    let report = sweep(client, removal_limit(inputs)).await.map_err(RunError::CleanUp)?;
    if let Some(lock) = lock.as_mut().filter(|_| report.is_whole) {
        lock.end().map_err(|error| RunError::CleanUp(SweepError::Note(error)))?;
    }
    print(&describe(&report, &healed, &provider.describe()))?;
    Ok(if report.is_whole { ExitCode::Passed } else { ExitCode::Environment })
}

/// What was removed, and where something may be left, for a person.
fn describe(report: &SweepReport, healed: &HealReport, cluster: &str) -> String {
    let mut text = String::new();
    for object in &report.removed {
        let _ = writeln!(text, "removed {object}");
    }
    let is_nothing = report.removed.is_empty() && healed.0.is_empty();
    if is_nothing && report.unlisted.is_empty() {
        let _ = writeln!(text, "{cluster}: nothing is left of any run");
    } else if is_nothing && report.is_whole {
        let _ = writeln!(text, "{cluster}: nothing is left of any run in what this user may list");
    }
    if !report.unlisted.is_empty() {
        let unlisted = report.unlisted.join(", ");
        let _ = writeln!(text, "not looked through, because this user has no right to list them: {unlisted}");
    }
    if !report.is_whole {
        let _ = writeln!(
            text,
            "runs make objects of these kinds, so something may be left; `docs/tester.yaml` holds the rights"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use vocabulary::ObjectRef;

    fn report(removed: &[&str], unlisted: &[&str], is_whole: bool) -> SweepReport {
        let removed = removed.iter().map(|name| ObjectRef::cluster("Namespace", *name)).collect();
        SweepReport { removed, unlisted: unlisted.iter().map(ToString::to_string).collect(), is_whole }
    }

    #[rstest]
    #[case::nothing(report(&[], &[], true), "context a: nothing is left of any run\n")]
    #[case::something(report(&["meshproof-mesh"], &[], true), "removed Namespace meshproof-mesh\n")]
    #[case::not_all_is_known(report(&[], &["lamps.fakes.test"], true),
        "context a: nothing is left of any run in what this user may list\n\
         not looked through, because this user has no right to list them: lamps.fakes.test\n")]
    #[case::something_may_be_left(report(&[], &["pods", "services"], false),
        "not looked through, because this user has no right to list them: pods, services\n\
         runs make objects of these kinds, so something may be left; `docs/tester.yaml` holds the rights\n")]
    fn nothing_is_left_only_where_all_was_looked_through(
        #[case] report: SweepReport,
        #[case] expected: &str,
    ) {
        assert_eq!(describe(&report, &HealReport::default(), "context a"), expected);
    }
}
