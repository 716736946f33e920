//! Judges a bundle again: today's checks on the recorded observations, without the cluster.
//!
//! The report is made of the run's own journal, so that it is the same, byte for byte, where no verdict has changed. What
//! was not recorded makes a check errored; nothing is guessed.

use crate::attempt::attempt;
use crate::error::RunError;
use crate::plan::{PlanContext, plan, shuffle};
use crate::registry::Registry;
use crate::reports;
use crate::source::ResolvedSource;
use inputs::Inputs;
use record::bundle::{self, BundleError};
use record::journal::{Event, RunHeader};
use record::{Attachment, Observations, Recording};
use report::RunRecord;
use report::changed::{Changed, Why};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::JoinSet;
use vocabulary::{Digest, Outcome, foreign_json_error, one_line};
use world::Check;

/// A bundle that can be judged.
#[derive(Debug)]
pub struct Replay {
    entries: bundle::Entries,
    header: RunHeader,
    events: Vec<Event>,
    recording: Recording,
}

/// What came of it.
#[derive(Debug)]
pub struct Replayed {
    /// The record of the run, with today's verdicts.
    pub record: RunRecord,
    /// The verdicts that are others now.
    pub changed: Vec<Changed>,
    /// Checks of today that the run did not have.
    pub new: Vec<&'static str>,
    observations: BTreeMap<&'static str, Observations>,
    attachments: BTreeMap<&'static str, Vec<Attachment>>,
    /// The files to which the report page leads.
    evidence: bundle::Entries,
}

impl Replay {
    /// Reads a bundle.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        Self::of(bundle::read(path)?)
    }

    /// Reads the entries of a bundle.
    pub fn of(entries: bundle::Entries) -> Result<Self, BundleError> {
        let entry = |name: &str| entries.get(name).ok_or_else(|| BundleError::NoEntry(name.to_owned()));
        let lines = entry(bundle::JOURNAL)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let event = |(index, line): (usize, &[u8])| {
            serde_json::from_slice(line)
                .map_err(|error| BundleError::Journal { line: index + 1, source: foreign_json_error(&error) })
        };
        let events: Vec<Event> = lines.enumerate().map(event).collect::<Result<_, _>>()?;
        let recording = Recording::parse(entry(bundle::RECORDING)?)?;
        let begun = events.iter().find_map(|event| match event {
            Event::RunStarted(header) => Some(header.clone()),
            _ => None,
        });
        let none = || BundleError::Malformed("its journal does not begin a run".to_owned());
        let header = RunHeader { version: env!("CARGO_PKG_VERSION").to_owned(), ..begun.ok_or_else(none)? };
        for header in [&header, &recording.about.header] {
            fits(header)?;
        }
        Ok(Self { entries, header, events, recording })
    }

    /// What the run was about, as it is judged today.
    pub fn header(&self) -> &RunHeader {
        &self.header
    }

    /// The entries of the bundle.
    pub fn entries(&self) -> &bundle::Entries {
        &self.entries
    }

    /// The observations.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Judges all checks that the run had, as many at once as there are threads, in the order that `number` tells.
    pub async fn judge(&self, suites: &Registry, number: u64) -> Result<Replayed, RunError> {
        let ResolvedSource { world, flavour, inputs, situated, .. } =
            ResolvedSource::of_recording(suites, &self.recording, &Inputs::default())?;
        let situation = PlanContext { flavour, situated: &situated, is_files: false };
        let mut had: Vec<&'static Check> = Vec::new();
        let mut new = Vec::new();
        for check in &suites.checks {
            if self.recorded(check.id).is_some() { had.push(*check) } else { new.push(check.id) }
        }
        shuffle(&mut had, number);
        let (world, inputs) = (Arc::new(world), Arc::new(inputs));
        let (mut outcomes, mut observations) = (BTreeMap::new(), BTreeMap::new());
        let mut under_way = JoinSet::new();
        for planned in plan(&had, &situation) {
            if let Some(reason) = planned.skip {
                outcomes.insert(planned.check.id.to_owned(), Outcome::Skipped { reason });
                continue;
            }
            let (world, inputs) = (Arc::clone(&world), Arc::clone(&inputs));
            under_way.spawn(async move {
                (planned.check.id, attempt(planned.check, world, None, inputs, flavour).await)
            });
        }
        while let Some(done) = under_way.join_next().await {
            // A panic of a check is caught where it runs.
            let Ok((id, attempt)) = done else { continue };
            outcomes.insert(id.to_owned(), attempt.outcome);
            observations.insert(id, attempt.observations);
        }
        let (record, changed) = self.record(suites, &mut outcomes);
        let attachments = self.attachments(&had)?;
        let is_evidence = |(name, _): &(&String, _)| name.starts_with("evidence/");
        let evidence = self.entries.iter().filter(is_evidence);
        let evidence = evidence.map(|(name, content)| (name.clone(), content.clone())).collect();
        Ok(Replayed { record, changed, new, observations, attachments, evidence })
    }

    /// The run's own record with other verdicts, and which of them are others.
    fn record(
        &self,
        suites: &Registry,
        outcomes: &mut BTreeMap<String, Outcome>,
    ) -> (RunRecord, Vec<Changed>) {
        let today = record::catalogue(suites.cards());
        let mut changed = Vec::new();
        let mut events = self.events.clone();
        for event in &mut events {
            let Event::CheckFinished { check, outcome, .. } = event else { continue };
            let gone = || Outcome::Errored { error: "this version has no such check".to_owned() };
            let now = outcomes.remove(check).unwrap_or_else(gone);
            let before = std::mem::replace(outcome, now.clone());
            // As they are kept: what a report does not tell is no change.
            if serde_json::to_value(&before).ok() != serde_json::to_value(&now).ok() {
                let why = match today.get(check) {
                    None => Why::NoCheck,
                    digest if digest != self.catalogued(check) => Why::OtherCheck,
                    _ => Why::SameCheck,
                };
                changed.push(Changed { check: check.clone(), before, now, why });
            }
        }
        let mut record = RunRecord::fold(self.header.clone(), events);
        let order: Vec<_> = suites.checks.iter().map(|check| check.id).collect();
        record.sort_by(&order);
        changed.sort_by(|one, other| one.check.cmp(&other.check));
        (record, changed)
    }

    /// The evidence that was collected when a check went wrong.
    fn attachments(
        &self,
        had: &[&'static Check],
    ) -> Result<BTreeMap<&'static str, Vec<Attachment>>, BundleError> {
        let listed = self.entries.get(bundle::ATTACHMENTS).map_or(&b"{}"[..], Vec::as_slice);
        let mut listed: BTreeMap<String, Vec<Attachment>> =
            serde_json::from_slice(listed).map_err(|error| {
                BundleError::Malformed(format!("`{}`: {}", bundle::ATTACHMENTS, foreign_json_error(&error)))
            })?;
        for attachment in listed.values_mut().flatten() {
            if let Some(content) = self.entries.get(&attachment.name) {
                attachment.text = String::from_utf8_lossy(content).into_owned();
            }
        }
        Ok(had.iter().filter_map(|check| Some((check.id, listed.remove(check.id)?))).collect())
    }

    fn recorded(&self, id: &str) -> Option<&Outcome> {
        self.events.iter().find_map(|event| match event {
            Event::CheckFinished { check, outcome, .. } if check == id => Some(outcome),
            _ => None,
        })
    }

    fn catalogued(&self, id: &str) -> Option<&Digest> {
        self.recording.about.catalogue.get(id)
    }
}

/// Whether a header is one that meshproof writes: its id names a folder, and all of it is printed.
fn fits(header: &RunHeader) -> Result<(), BundleError> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if header.run.is_empty() || header.run.len() > 64 || !header.run.chars().all(is_part) {
        let run = one_line(&header.run);
        return Err(BundleError::Malformed(format!("`{run}` is no id of a run")));
    }
    let RunHeader { cluster, flavour, evidence, allowed, rerun, version, .. } = header;
    let texts = [cluster, flavour, evidence, allowed, rerun, version].into_iter();
    let mut texts = texts.chain(header.versions.iter().flat_map(|(product, version)| [product, version]));
    match texts.find(|text| one_line(text) != **text) {
        Some(text) => {
            Err(BundleError::Malformed(format!("its header is not in one line: {}", one_line(text))))
        }
        None => Ok(()),
    }
}

impl Replayed {
    /// Writes the reports to a folder of their own below `out`.
    pub fn write(&self, out: &Path, suites: &Registry) -> Result<PathBuf, RunError> {
        let folder = out.join(format!("{}.replay", self.record.header.run));
        let failed = |source| RunError::Report { path: folder.clone(), source };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let (given, attachments) = (&self.observations, &self.attachments);
        reports::write(&folder, &self.record, &suites.cards(), given, attachments)?;
        reports::evidence(&folder, &self.evidence)?;
        Ok(folder)
    }
}
