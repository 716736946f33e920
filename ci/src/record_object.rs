//! Puts the objects of a file into the recordings, as if the cluster had had them when it was recorded.
//!
//! A check that reads an object, or a kind, that no run has recorded is judged without a cluster that way. What was in the
//! cluster is not proven by it: `cargo ci record` makes the recordings anew.

mod file;
mod questions;

use crate::recordings;
use anyhow::{Result, bail};
use file::Found;
use record::{FaultRecordings, Insertion, Recording};
use serde_json::Value;
use std::path::Path;

/// Puts the objects of a file into all recordings, and says what became of each.
pub(crate) fn put(top: &Path, path: &Path) -> Result<()> {
    let found = file::read(path)?;
    let mut runs = Vec::new();
    for name in recordings::RUNS {
        runs.push((name, recordings::read(top, name)?));
    }
    let mut faulted = recordings::read_faulted(top)?;
    let changes = insert(&found, &mut runs, &mut faulted)?;
    for (name, recording) in &mut runs {
        recording.forget_unused();
        recordings::write(top, name, recording)?;
    }
    faulted.forget_unused();
    recordings::write_faulted(top, &faulted)?;
    anstream::println!("{}\nlook at the difference in fixtures/recordings", changes.join("\n"));
    Ok(())
}

/// Puts what was found into recordings, and says what changed, a line each.
fn insert(
    found: &[Found],
    runs: &mut [(&str, Recording)],
    faulted: &mut FaultRecordings,
) -> Result<Vec<String>> {
    let (mut changes, mut unasked) = (Vec::new(), Vec::new());
    let healthy: Vec<_> = found.iter().map(|one| forms(&runs[0].1, one)).collect();
    for (name, recording) in &mut *runs {
        let mut note = |object: &str, what: &str| changes.push(format!("{name}: {object} {what}"));
        for (one, healthy) in found.iter().zip(&healthy) {
            if recording.add_served_kind(&one.resource, &one.version) {
                note(&one.resource, "is served");
            }
            let Some(object) = &one.object else {
                refuse_to_remove(one, recording)?;
                continue;
            };
            if let Some(what) = word(recording.put_object(&one.resource, object, healthy)) {
                note(&one.name, what);
            }
        }
        for (resource, check) in questions::answer(recording, found)? {
            note(&resource, &format!("is answered to {check}"));
        }
        unasked.extend(found.iter().filter(|one| !one.is_recorded(recording)).map(|one| one.name.clone()));
    }
    unasked.sort();
    unasked.dedup();
    if !unasked.is_empty() {
        bail!("no check asks for {}; write the check first, then record what it reads", unasked.join(", "));
    }
    for (one, healthy) in found.iter().zip(&healthy) {
        let Some(object) = &one.object else { continue };
        if let Some(what) = word(faulted.put_object(&one.resource, object, healthy)) {
            changes.push(format!("faults: {} {what}", one.name));
        }
    }
    Ok(changes)
}

fn refuse_to_remove(none: &Found, recording: &Recording) -> Result<()> {
    match recording.objects_of(&none.resource).len() {
        0 => Ok(()),
        count => {
            bail!("{}: {count} of {} are recorded, and none is removed by this", none.name, none.resource)
        }
    }
}

fn forms(healthy: &Recording, one: &Found) -> Vec<Value> {
    one.object.as_ref().map(|object| healthy.forms_of(&one.resource, object)).unwrap_or_default()
}

/// What is said of it; nothing where a recording has nothing to do with the object.
fn word(insertion: Insertion) -> Option<&'static str> {
    Some(match insertion {
        Insertion::Unasked => return None,
        Insertion::Same => "is there already, and the same",
        Insertion::Left => "stays as a fault left it",
        Insertion::Added => "is added",
        Insertion::Replaced => "is replaced",
    })
}

#[cfg(test)]
#[path = "record_object/tests.rs"]
mod tests;
