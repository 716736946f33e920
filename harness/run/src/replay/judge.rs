//! Judges the checks of a bundled run again.

use crate::attempt::{Attempt, attempt};
use crate::error::RunError;
use crate::evidence::{FOLDER, RunEvidence};
use crate::plan::{PlanContext, plan, shuffle};
use crate::registry::Registry;
use crate::replay::bundled_run::BundledRun;
use crate::replay::comparison::compare;
use crate::replay::replayed_run::ReplayedRun;
use crate::source::ResolvedSource;
use inputs::Inputs;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::task::JoinSet;
use vocabulary::{Outcome, SkipReason};
use world::Check;

impl BundledRun {
    /// Judges all checks that the run had, as many at once as there are threads, in the order of the seed.
    pub async fn judge(&self, registry: &Registry, seed: u64) -> Result<ReplayedRun, RunError> {
        let (mut checks, new): (Vec<&'static Check>, Vec<_>) =
            registry.checks.iter().copied().partition(|check| self.recorded_outcome(check.id).is_some());
        shuffle(&mut checks, seed);
        let (mut outcomes, mut evidence) = (BTreeMap::new(), RunEvidence::default());
        for (id, result) in self.attempt_all(registry, &checks).await? {
            match result {
                Ok(attempt) => {
                    outcomes.insert(id, attempt.outcome);
                    evidence.observations.insert(id, attempt.observations);
                }
                Err(reason) => {
                    outcomes.insert(id, Outcome::Skipped { reason });
                }
            }
        }
        let record = compare(self, registry, outcomes);
        let mut attachments = self.attachments()?;
        evidence.attachments =
            checks.iter().filter_map(|check| Some((check.id, attachments.remove(check.id)?))).collect();
        let is_evidence = |(name, _): &(&String, _)| name.starts_with(&format!("{FOLDER}/"));
        let evidence_files = self.entries().iter().filter(is_evidence);
        let unjudged: BTreeSet<_> = record.unjudged().iter().map(String::as_str).collect();
        let new_checks = new.iter().map(|check| check.id).filter(|id| !unjudged.contains(id)).collect();
        Ok(ReplayedRun {
            record,
            new_checks,
            evidence,
            evidence_files: evidence_files.map(|(name, content)| (name.clone(), content.clone())).collect(),
        })
    }

    /// An attempt of each check, or why it is skipped, by id.
    async fn attempt_all(
        &self,
        registry: &Registry,
        checks: &[&'static Check],
    ) -> Result<Vec<(&'static str, Result<Attempt, SkipReason>)>, RunError> {
        let ResolvedSource { world, flavour, inputs, conditions, .. } =
            ResolvedSource::of_recording(registry, self.recording(), &Inputs::default())?;
        let (world, inputs) = (Arc::new(world), Arc::new(inputs));
        let now = self.header().at;
        let (mut results, mut ids) = (Vec::new(), HashMap::new());
        let mut running = JoinSet::new();
        for planned in plan(checks, &PlanContext { flavour, conditions: &conditions }) {
            let check = planned.check;
            if let Some(reason) = planned.skip {
                results.push((check.id, Err(reason)));
                continue;
            }
            let (world, inputs) = (Arc::clone(&world), Arc::clone(&inputs));
            let task = running.spawn(attempt(check, world, None, inputs, flavour));
            ids.insert(task.id(), check.id);
        }
        while let Some(joined) = running.join_next_with_id().await {
            // A panic of a check is caught by its attempt; this is one of the attempt itself, and so a bug as well.
            let (task, attempt) = match joined {
                Ok((task, attempt)) => (task, attempt),
                Err(error) => (error.id(), Attempt::of_bug(&error.to_string(), now)),
            };
            results.extend(ids.remove(&task).map(|id| (id, Ok(attempt))));
        }
        Ok(results)
    }
}
