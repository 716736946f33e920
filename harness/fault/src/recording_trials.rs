//! Trials of faults on a recording: in milliseconds, and without a cluster.
//!
//! A fault of a check that only reads is applied to the recorded objects. For a check with traffic, its observations were
//! recorded while the fault was in a cluster, and are judged again.

use crate::case::FaultCase;
use crate::fault_step::FaultStep;
use crate::judge::describe_outcome;
use inputs::Inputs;
use record::{FaultRecordings, Recording, RecordingError};
use report::fault_report::{Fate, FaultDurations, TriedFault};
use run::{PlanContext, Registry, attempt, plan};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use vocabulary::{Flavour, Outcome, Tier, chain, elapsed_ms};
use world::{Check, ObjectSource};

/// The outcomes of checks, by id.
pub type Outcomes = BTreeMap<&'static str, Outcome>;

/// Tries faults on a recording of a healthy cluster.
#[derive(Debug)]
pub struct RecordingTrials {
    recording: Recording,
    fault_recordings: FaultRecordings,
    checks: Vec<&'static Check>,
    flavour: Flavour,
    inputs: Arc<Inputs>,
    /// The outcomes without a fault.
    baseline: Outcomes,
}

/// What became of a fault on a recording.
#[derive(Debug)]
pub struct RecordingTrialResult {
    /// Its entry in a fault report.
    pub report_entry: TriedFault,
    /// The outcome of the check that has to catch it.
    pub outcome: Outcome,
}

/// A recording under a fault.
struct FaultyRecording {
    recording: Recording,
    inputs: Arc<Inputs>,
    /// The checks that can be judged on it.
    checks: Vec<&'static Check>,
    /// Whether the fault was applied to recorded objects. Otherwise it was recorded on a cluster.
    is_applied: bool,
}

impl RecordingTrials {
    /// Judges the healthy recording.
    pub async fn open(
        suites: &Registry,
        recording: Recording,
        fault_recordings: FaultRecordings,
    ) -> Result<Self, RecordingError> {
        let about = &recording.about;
        let name = &about.header.flavour;
        let flavour = suites.recorded_flavour(name).ok_or_else(|| RecordingError::Flavour(name.clone()))?;
        let inputs: Inputs = serde_json::from_value(about.inputs.clone()).map_err(RecordingError::Inputs)?;
        let context = PlanContext { flavour, conditions: &suites.conditions_of(&recording) };
        let plan = plan::plan(&suites.checks, &context).into_iter();
        let checks = plan.filter(|planned| planned.skip.is_none()).map(|planned| planned.check).collect();
        let (inputs, baseline) = (Arc::new(inputs), Outcomes::new());
        let mut trials = Self { recording, fault_recordings, checks, flavour, inputs, baseline };
        trials.baseline = trials.judge(trials.recording.clone(), &trials.inputs, &trials.checks).await;
        Ok(trials)
    }

    /// The outcomes without a fault.
    pub fn baseline(&self) -> &Outcomes {
        &self.baseline
    }

    /// The healthy recording.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The checks that are not skipped on the recording.
    pub fn checks(&self) -> &[&'static Check] {
        &self.checks
    }

    pub(crate) fn flavour(&self) -> Flavour {
        self.flavour
    }

    pub(crate) fn inputs(&self) -> &Arc<Inputs> {
        &self.inputs
    }

    /// Tries a fault.
    pub async fn run(&self, case: &FaultCase) -> RecordingTrialResult {
        let started = Instant::now();
        let (outcome, (fate, detail)) = self.judge_fault(case).await;
        let durations = FaultDurations { catch_ms: elapsed_ms(started), ..FaultDurations::default() };
        RecordingTrialResult { report_entry: case.report_entry(fate, detail, durations), outcome }
    }

    /// The outcome of the fault's check, and the fate of the fault with its detail.
    async fn judge_fault(&self, case: &FaultCase) -> (Outcome, (Fate, String)) {
        let skipped = || Outcome::Errored { error: "not judged on this recording".to_owned() };
        let healthy = self.baseline.get(case.check.id).cloned().unwrap_or_else(skipped);
        if !matches!(healthy, Outcome::Passed { .. }) {
            let detail = format!("expected: passed; observed: {}", describe_outcome(&healthy));
            return (healthy, (Fate::BaselineFailed, detail));
        }
        let faulty = match self.faulty_recording(case) {
            Ok(faulty) => faulty,
            Err(fate) => return (healthy, fate),
        };
        let outcomes = self.judge(faulty.recording, &faulty.inputs, &faulty.checks).await;
        let outcome = outcomes.get(case.check.id).cloned().unwrap_or_else(skipped);
        let findings = outcome.findings();
        if findings.is_empty() || findings.iter().any(|finding| finding.code != case.fault.finding) {
            let detail =
                format!("expected: {}; observed: {}", case.fault.finding, describe_outcome(&outcome));
            return (outcome, (Fate::Missed, detail));
        }
        let is_unexpected = |id: &str, outcome: &Outcome| {
            let is_changed = self.baseline.get(id).map(describe_outcome) != Some(describe_outcome(outcome));
            let may_change = case.fault.also.contains_key(id);
            let must_change = may_change && faulty.is_applied;
            (is_changed && !may_change) || (must_change && !is_changed)
        };
        let unexpected =
            outcomes.iter().filter(|(id, outcome)| **id != case.check.id && is_unexpected(id, outcome));
        let unexpected: Vec<_> =
            unexpected.map(|(id, outcome)| format!("{id} is {}", describe_outcome(outcome))).collect();
        let fate = match unexpected.as_slice() {
            [] => (Fate::Caught, String::new()),
            unexpected => {
                (Fate::Missed, format!("it changes other checks, or does not: {}", unexpected.join(", ")))
            }
        };
        (outcome, fate)
    }

    /// The recording under a fault, or what becomes of a fault without one.
    fn faulty_recording(&self, case: &FaultCase) -> Result<FaultyRecording, (Fate, String)> {
        let unviable = |detail| (Fate::Unviable, detail);
        let values = testbed::placeholder_values(&self.inputs);
        let rendered = case.rendered(&values).map_err(|error| unviable(chain(&error)))?;
        if case.check.tier == Tier::Read {
            let mut recording = self.recording.clone();
            rendered.fault.apply_to(&mut recording).map_err(|error| unviable(chain(&error)))?;
            // What a changed object does to traffic is seen on a cluster only.
            let checks = self.checks.iter().filter(|check| check.tier == Tier::Read).copied().collect();
            return Ok(FaultyRecording {
                recording,
                inputs: Arc::clone(&self.inputs),
                checks,
                is_applied: true,
            });
        }
        let (recording, recorded) =
            self.fault_recordings.recording_under(&case.id(), &self.recording).ok_or_else(|| {
                (Fate::Pending, "it was not recorded on a cluster yet; `cargo ci faults` does".to_owned())
            })?;
        let recorded: BTreeSet<_> = recorded.collect();
        let checks = self.checks.iter().filter(|check| recorded.contains(check.id)).copied().collect();
        let inputs = with_input_overrides(&self.inputs, rendered.fault.cluster_steps()).map_err(unviable)?;
        Ok(FaultyRecording { recording, inputs: Arc::new(inputs), checks, is_applied: false })
    }

    /// The outcomes of checks on a recording.
    pub(crate) async fn judge(
        &self,
        recording: Recording,
        inputs: &Arc<Inputs>,
        checks: &[&'static Check],
    ) -> Outcomes {
        let source = Arc::new(ObjectSource::Recorded(Box::new(recording)));
        let mut outcomes = Outcomes::new();
        for check in checks {
            let attempt = attempt(check, Arc::clone(&source), None, Arc::clone(inputs), self.flavour).await;
            outcomes.insert(check.id, attempt.outcome);
        }
        outcomes
    }
}

/// The inputs with those that the steps change.
fn with_input_overrides(inputs: &Inputs, steps: &[FaultStep]) -> Result<Inputs, String> {
    let mut fields = serde_json::to_value(inputs).map_err(|error| error.to_string())?;
    // The password is left out of serialized inputs.
    fields["kafka"]["password"] = Value::from(inputs.kafka.password.clone());
    for step in steps {
        if let FaultStep::Input { key, value } = step
            && let Some(field) = fields.pointer_mut(&format!("/{}", key.replace('.', "/")))
        {
            field.clone_from(value);
        }
    }
    serde_json::from_value(fields).map_err(|error| error.to_string())
}
