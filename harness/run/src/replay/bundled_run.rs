//! The run that a bundle holds, read before anything is judged.

use record::bundle::{self, BundleError};
use record::journal::{RunEvent, RunHeader};
use record::{Attachment, Recording};
use report::RunRecord;
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::{Outcome, foreign_json_error, one_line};

/// The run that a bundle holds.
#[derive(Debug)]
pub struct BundledRun {
    entries: bundle::BundleEntries,
    header: RunHeader,
    events: Vec<RunEvent>,
    recording: Recording,
}

impl BundledRun {
    /// Reads a bundle.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        Self::from_entries(bundle::read(path)?)
    }

    /// Reads the entries of a bundle.
    pub fn from_entries(entries: bundle::BundleEntries) -> Result<Self, BundleError> {
        let entry = |name: &str| entries.get(name).ok_or_else(|| BundleError::NoEntry(name.to_owned()));
        let events = read_events(entry(bundle::JOURNAL)?)?;
        let recording = Recording::parse(entry(bundle::RECORDING)?)?;
        let started = events.iter().find_map(|event| match event {
            RunEvent::RunStarted(header) => Some(header.clone()),
            _ => None,
        });
        let no_header = || BundleError::Malformed("its journal does not begin a run".to_owned());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let header = RunHeader { version, ..started.ok_or_else(no_header)? };
        for header in [&header, &recording.about.header] {
            validate_header(header)?;
        }
        for event in &events {
            if let RunEvent::RunInterrupted { interruption, .. } = event {
                validate_lines(std::iter::once(&interruption.by).chain(&interruption.unjudged), "end")?;
            }
        }
        Ok(Self { entries, header, events, recording })
    }

    /// What the run was about, with the version of meshproof that judges it today.
    pub fn header(&self) -> &RunHeader {
        &self.header
    }

    /// The entries of the bundle.
    pub fn entries(&self) -> &bundle::BundleEntries {
        &self.entries
    }

    /// The recording of the run.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The events of its journal.
    pub(crate) fn events(&self) -> &[RunEvent] {
        &self.events
    }

    /// How the run's own checks ended.
    pub fn record(&self) -> RunRecord {
        RunRecord::fold(self.header.clone(), self.events.iter().cloned())
    }

    /// How a check ended in the run. None if the run did not have it.
    pub(crate) fn recorded_outcome(&self, id: &str) -> Option<&Outcome> {
        self.events.iter().find_map(|event| match event {
            RunEvent::CheckFinished { check, outcome, .. } if check == id => Some(outcome),
            _ => None,
        })
    }

    /// The diagnostics of each check that went wrong, with their texts.
    pub(crate) fn attachments(&self) -> Result<BTreeMap<String, Vec<Attachment>>, BundleError> {
        let json = self.entries.get(bundle::ATTACHMENTS).map_or(&b"{}"[..], Vec::as_slice);
        let mut attachments: BTreeMap<String, Vec<Attachment>> =
            serde_json::from_slice(json).map_err(|error| {
                BundleError::Malformed(format!("`{}`: {}", bundle::ATTACHMENTS, foreign_json_error(&error)))
            })?;
        for attachment in attachments.values_mut().flatten() {
            if let Some(content) = self.entries.get(&attachment.name) {
                attachment.text = String::from_utf8_lossy(content).into_owned();
            }
        }
        Ok(attachments)
    }
}

fn read_events(journal: &[u8]) -> Result<Vec<RunEvent>, BundleError> {
    let lines = journal.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let event = |(index, line): (usize, &[u8])| {
        serde_json::from_slice(line)
            .map_err(|error| BundleError::Journal { line: index + 1, source: foreign_json_error(&error) })
    };
    lines.enumerate().map(event).collect()
}

/// Refuses a header that meshproof does not write: the id becomes the name of a folder, and all of it is printed.
fn validate_header(header: &RunHeader) -> Result<(), BundleError> {
    let is_part_of_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if header.run.is_empty() || header.run.len() > 64 || !header.run.chars().all(is_part_of_id) {
        let run = one_line(&header.run);
        return Err(BundleError::Malformed(format!("`{run}` is no id of a run")));
    }
    let RunHeader { cluster, flavour, evidence, allowed, rerun, version, warnings, .. } = header;
    let texts = [cluster, flavour, evidence, allowed, rerun, version].into_iter().chain(warnings);
    validate_lines(
        texts.chain(header.versions.iter().flat_map(|(product, version)| [product, version])),
        "header",
    )
}

/// Refuses texts that are not in one line: all of them are printed.
fn validate_lines<'a>(mut texts: impl Iterator<Item = &'a String>, part: &str) -> Result<(), BundleError> {
    match texts.find(|text| one_line(text) != **text) {
        Some(text) => {
            Err(BundleError::Malformed(format!("its {part} is not in one line: {}", one_line(text))))
        }
        None => Ok(()),
    }
}
