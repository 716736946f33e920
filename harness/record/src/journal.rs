//! The journal: what happened in a run, one event a line, flushed as it happens. Every report is a reader of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;
use vocabulary::{Outcome, Retries, Summary};

/// The journal could not be written or read.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("could not write the journal at `{path}`")]
    Io {
        /// The journal.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is not an event.
    #[error("line {line} of the journal at `{path}` is not an event")]
    Unreadable {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
}

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RunHeader {
    /// The run's id.
    pub run: String,
    /// The version of meshproof.
    pub version: String,
    /// The cluster, for a person.
    pub cluster: String,
    /// The flavour in which requirements were read.
    pub flavour: String,
    /// What told the flavour.
    pub evidence: String,
    /// The versions of what was found: product → version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, String>,
    /// The most that a check was allowed to do.
    pub allowed: String,
    /// The flags that select this cluster again.
    pub rerun: String,
    /// When it began.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RunEvent {
    /// The run began.
    RunStarted(RunHeader),
    /// An attempt of a check began.
    CheckStarted {
        /// The check's id.
        check: String,
        /// When.
        at: Timestamp,
    },
    /// An attempt of a check ended.
    CheckFinished {
        /// The check's id.
        check: String,
        /// How long it took.
        #[serde(alias = "duration_ms")]
        duration_ms: u64,
        /// How it ended.
        #[serde(flatten)]
        outcome: Outcome,
        /// The answers on which it was judged, relative to the journal; kept when something is wrong.
        #[serde(default, alias = "evidence_file", skip_serializing_if = "Option::is_none")]
        evidence_file: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// The run ended by itself.
    RunFinished {
        /// How many checks ended in which way.
        summary: Summary,
        /// How long it took.
        #[serde(alias = "duration_ms")]
        duration_ms: u64,
        /// How often requests to the API server were repeated.
        #[serde(default, skip_serializing_if = "Retries::is_empty")]
        retries: Retries,
        /// When.
        at: Timestamp,
    },
}

/// Somebody who is told each event as it happens.
pub trait EventReader: Send {
    /// Something happened.
    fn read(&mut self, event: &RunEvent);
}

/// The journal of a run that is under way.
pub struct Journal {
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    file: File,
    readers: Vec<Box<dyn EventReader>>,
    failure: Option<std::io::Error>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Journal {
    /// Begins a journal in a folder of the run's own.
    pub fn begin(folder: &Path, readers: Vec<Box<dyn EventReader>>) -> Result<Self, JournalError> {
        let path = folder.join("journal.jsonl");
        let io = |source| JournalError::Io { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(io)?;
        let file = File::create_new(&path).map_err(io)?;
        Ok(Self { path: path.clone(), inner: Mutex::new(Inner { file, readers, failure: None }) })
    }

    /// Notes an event, on disk first. A failure to write is told at the end, since a verdict is worth more than its record.
    pub fn note(&self, event: &RunEvent) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let written = serde_json::to_vec(event).map_err(std::io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            inner.file.write_all(&line)?;
            inner.file.flush()
        });
        if let Err(error) = written {
            inner.failure.get_or_insert(error);
        }
        for reader in &mut inner.readers {
            reader.read(event);
        }
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the journal, and says whether all of it was written.
    pub fn end(self) -> Result<(), JournalError> {
        let inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        match inner.failure {
            Some(source) => Err(JournalError::Io { path: self.path, source }),
            None => Ok(()),
        }
    }
}

/// Reads a journal, also of a run that was killed.
pub fn read(path: &Path) -> Result<Vec<RunEvent>, JournalError> {
    let io = |source| JournalError::Io { path: path.to_owned(), source };
    let mut events = Vec::new();
    for (index, line) in BufReader::new(File::open(path).map_err(io)?).lines().enumerate() {
        let event = serde_json::from_str(&line.map_err(io)?).map_err(|source| JournalError::Unreadable {
            path: path.to_owned(),
            line: index + 1,
            source,
        })?;
        events.push(event);
    }
    Ok(events)
}
