//! What checks ask for today and no recording answers.

use crate::record_object::file::Found;
use anyhow::{Context, Result};
use fault::recording_trials::RecordingTrials;
use inputs::Inputs;
use record::{FaultRecordings, Recording};
use run::attempt;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use vocabulary::Question;
use world::ObjectSource;

/// Answers each check that asks for what was found and is recorded for nobody. Gives the resource and the check of each
/// answer.
pub(super) fn answer(recording: &mut Recording, found: &[Found]) -> Result<BTreeSet<(String, &'static str)>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut answered = BTreeSet::new();
    loop {
        let open = runtime.block_on(open(recording))?;
        let mut is_done = true;
        for (check, question) in open {
            let Question::Objects { resource, scope } = &question else { continue };
            let of_kind = found.iter().filter(|one| one.resource == *resource);
            let about: Vec<_> = of_kind.filter(|one| scope == "*" || *scope == one.scope()).collect();
            if about.is_empty() {
                continue;
            }
            let objects: Vec<Value> = about.iter().filter_map(|one| one.object.clone()).collect();
            answered.insert((resource.clone(), check));
            recording.answer(check, question.clone(), objects);
            is_done = false;
        }
        if is_done {
            return Ok(answered);
        }
    }
}

/// The questions about objects that nothing answers, each with the check that asks.
async fn open(recording: &Recording) -> Result<BTreeSet<(&'static str, Question)>> {
    let suites = suites::suites();
    let about = &recording.about;
    let flavour = suites.flavour(&about.header.flavour).context("the recording's flavour is not known")?;
    let inputs: Arc<Inputs> = Arc::new(serde_json::from_value(about.inputs.clone())?);
    let stage = RecordingTrials::open(&suites, recording.clone(), FaultRecordings::default()).await?;
    let world = Arc::new(ObjectSource::Recorded(Box::new(recording.clone())));
    let mut open = BTreeSet::new();
    for check in stage.checks() {
        let attempt = attempt(check, Arc::clone(&world), None, Arc::clone(&inputs), flavour).await;
        let asked = attempt.observations.seen.into_iter().map(|seen| seen.question);
        let unanswered = asked.filter(|question| !recording.answers(question));
        open.extend(unanswered.map(|question| (check.id, question)));
    }
    Ok(open)
}
