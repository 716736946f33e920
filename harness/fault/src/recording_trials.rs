//! Faults on a recording: in milliseconds, and without a cluster.
//!
//! A fault of objects changes the recorded objects. What a fault makes of traffic was recorded on a cluster while the fault
//! was in it, and is judged again.

use crate::case::Case;
use crate::judge::describe_outcome;
use crate::step::Step;
use inputs::Inputs;
use record::{FaultRecordings, Recording, RecordingError};
use report::fault_report::{Fate, FaultDurations, TriedFault};
use run::{PlanContext, Registry, attempt, plan};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use vocabulary::{Flavour, Outcome, Tier, chain};
use world::{Check, ObjectSource};

/// What checks say, by id.
pub type Outcomes = BTreeMap<&'static str, Outcome>;

/// A healthy recording on which faults are rehearsed.
#[derive(Debug)]
pub struct RecordingTrials {
    recording: Recording,
    faulted: FaultRecordings,
    checks: Vec<&'static Check>,
    flavour: Flavour,
    inputs: Arc<Inputs>,
    healthy: Outcomes,
}

/// A fault that was rehearsed.
#[derive(Debug)]
pub struct Rehearsed {
    /// What became of it.
    pub tried: TriedFault,
    /// What the check said that must find it.
    pub outcome: Outcome,
}

impl RecordingTrials {
    /// Judges the healthy recording.
    pub async fn open(
        suites: &Registry,
        recording: Recording,
        faulted: FaultRecordings,
    ) -> Result<Self, RecordingError> {
        let about = &recording.about;
        let name = &about.header.flavour;
        let flavour = suites.flavour(name).ok_or_else(|| RecordingError::Flavour(name.clone()))?;
        let inputs: Inputs = serde_json::from_value(about.inputs.clone()).map_err(RecordingError::Inputs)?;
        let situation =
            PlanContext { flavour, conditions: &suites.conditions_of(&recording), is_files: false };
        let planned = plan::plan(&suites.checks, &situation).into_iter();
        let checks = planned.filter(|planned| planned.skip.is_none()).map(|planned| planned.check).collect();
        let (inputs, healthy) = (Arc::new(inputs), Outcomes::new());
        let mut stage = Self { recording, faulted, checks, flavour, inputs, healthy };
        stage.healthy = stage.judge(stage.recording.clone(), &stage.inputs, &stage.checks).await;
        Ok(stage)
    }

    /// What each check says of the healthy recording.
    pub fn healthy(&self) -> &Outcomes {
        &self.healthy
    }

    /// The healthy recording.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The checks that run on it.
    pub fn checks(&self) -> &[&'static Check] {
        &self.checks
    }

    pub(crate) fn flavour(&self) -> Flavour {
        self.flavour
    }

    pub(crate) fn inputs(&self) -> &Arc<Inputs> {
        &self.inputs
    }

    /// Rehearses a fault.
    pub async fn rehearse(&self, case: &Case) -> Rehearsed {
        let started = Instant::now();
        let (outcome, (fate, detail)) = self.fate(case).await;
        let catch_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let tried = case.outcome(fate, detail, FaultDurations { catch_ms, ..FaultDurations::default() });
        Rehearsed { tried, outcome }
    }

    async fn fate(&self, case: &Case) -> (Outcome, (Fate, String)) {
        let skipped = || Outcome::Errored { error: "not judged on this recording".to_owned() };
        let healthy = self.healthy.get(case.check.id).cloned().unwrap_or_else(skipped);
        if !matches!(healthy, Outcome::Passed { .. }) {
            let detail = format!("expected: passed; observed: {}", describe_outcome(&healthy));
            return (healthy, (Fate::BaselineFailed, detail));
        }
        let broken = match self.broken(case) {
            Ok(broken) => broken,
            Err(detail) => return (healthy, (Fate::Unviable, detail)),
        };
        let outcomes = self.judge(broken.recording, &broken.inputs, &broken.judged).await;
        let outcome = outcomes.get(case.check.id).cloned().unwrap_or_else(skipped);
        let findings = outcome.findings();
        let is_promised = |code: &str| code == case.fault.finding;
        if findings.is_empty() || !findings.iter().all(|finding| is_promised(&finding.code)) {
            let detail =
                format!("expected: {}; observed: {}", case.fault.finding, describe_outcome(&outcome));
            return (outcome, (Fate::Missed, detail));
        }
        let strange = |id: &str, outcome: &Outcome| {
            let is_changed = self.healthy.get(id).map(describe_outcome) != Some(describe_outcome(outcome));
            let is_named = case.fault.also.contains_key(id);
            let must_change = is_named && broken.is_of_objects;
            (is_changed && !is_named) || (must_change && !is_changed)
        };
        let others = outcomes.iter().filter(|(id, outcome)| **id != case.check.id && strange(id, outcome));
        let others: Vec<_> =
            others.map(|(id, outcome)| format!("{id} is {}", describe_outcome(outcome))).collect();
        let fate = match others.as_slice() {
            [] => (Fate::Caught, String::new()),
            others => (Fate::Missed, format!("it changes other checks, or does not: {}", others.join(", "))),
        };
        (outcome, fate)
    }

    /// The recording under a fault.
    fn broken(&self, case: &Case) -> Result<Broken, String> {
        let rendered = case.rendered(&testbed::values(&self.inputs)).map_err(|error| chain(&error))?;
        if case.check.tier == Tier::Read {
            let mut recording = self.recording.clone();
            rendered.fault.apply_to(&mut recording).map_err(|error| chain(&error))?;
            // What a fault of objects does to traffic shows on a cluster only.
            let judged = self.checks.iter().filter(|check| check.tier == Tier::Read).copied().collect();
            return Ok(Broken { recording, inputs: Arc::clone(&self.inputs), judged, is_of_objects: true });
        }
        let (recording, recorded) = self
            .faulted
            .under(&case.id(), &self.recording)
            .ok_or("it was not recorded on a cluster; `cargo ci faults` does")?;
        let recorded: BTreeSet<_> = recorded.collect();
        let judged = self.checks.iter().filter(|check| recorded.contains(check.id)).copied().collect();
        let inputs = with_input_overrides(&self.inputs, rendered.fault.on_cluster())?;
        Ok(Broken { recording, inputs: Arc::new(inputs), judged, is_of_objects: false })
    }

    /// What checks say of a recording.
    pub(crate) async fn judge(
        &self,
        recording: Recording,
        inputs: &Arc<Inputs>,
        checks: &[&'static Check],
    ) -> Outcomes {
        let world = Arc::new(ObjectSource::Recorded(recording));
        let mut outcomes = Outcomes::new();
        for check in checks {
            let attempt = attempt(check, Arc::clone(&world), None, Arc::clone(inputs), self.flavour).await;
            outcomes.insert(check.id, attempt.outcome);
        }
        outcomes
    }
}

/// A recording under a fault.
struct Broken {
    recording: Recording,
    inputs: Arc<Inputs>,
    judged: Vec<&'static Check>,
    is_of_objects: bool,
}

/// The inputs with what a fault changes on this machine.
fn with_input_overrides(inputs: &Inputs, steps: &[Step]) -> Result<Inputs, String> {
    let mut value = serde_json::to_value(inputs).map_err(|error| error.to_string())?;
    // It is left out when inputs are written.
    value["kafka"]["password"] = Value::from(inputs.kafka.password.clone());
    for step in steps {
        if let Step::Input { key, value: to } = step
            && let Some(field) = value.pointer_mut(&format!("/{}", key.replace('.', "/")))
        {
            field.clone_from(to);
        }
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}
