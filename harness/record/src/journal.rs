//! The journal: what happened in a run, one event a line, flushed as it happens. Every report is a reader of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;
use vocabulary::{Outcome, Retries, Summary, foreign_json_error};

/// The name of the file in a run's folder.
pub const FILE: &str = "journal.jsonl";

/// The journal could not be written or read.
#[derive(Debug, Error)]
pub enum JournalError {
    /// It could not be written.
    #[error("could not write the journal at `{path}`")]
    Write {
        /// The journal.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It could not be read.
    #[error("could not read the journal at `{path}`")]
    Read {
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
    /// What makes the verdicts doubtful, each in a sentence: somebody's faults that are in the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// When it began.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// That a run ended before each of its checks had a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Interruption {
    /// What ended it, as the end of a sentence: `SIGTERM`, `the end of its time of 10m`.
    pub by: String,
    /// The checks that have no verdict.
    pub unjudged: Vec<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RunEvent {
    /// The run began.
    RunStarted(RunHeader),
    /// The checks of the run were chosen. Without it nobody would know which verdicts a killed run lacks.
    RunPlanned {
        /// The checks' ids.
        checks: Vec<String>,
    },
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
    /// The run ended, and some of its checks have no verdict.
    RunInterrupted {
        /// Why, and which.
        #[serde(flatten)]
        interruption: Interruption,
        /// How many checks ended in which way.
        summary: Summary,
        /// How long it took.
        duration_ms: u64,
        /// How often requests to the API server were repeated.
        #[serde(default, skip_serializing_if = "Retries::is_empty")]
        retries: Retries,
        /// When.
        at: Timestamp,
    },
    /// The run ended, and each of its checks has a verdict.
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
    /// None where it could not be made on a full disk.
    file: Option<File>,
    /// All events, also those that could not be written: verdicts do not depend on a disk.
    events: Vec<RunEvent>,
    readers: Vec<Box<dyn EventReader>>,
    failure: Option<std::io::Error>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Journal {
    /// Begins a journal in a folder of the run's own. A full disk is told at the end, as it is later; any other refusal is an
    /// error at once, since a person can name another folder.
    pub fn begin(folder: &Path, readers: Vec<Box<dyn EventReader>>) -> Result<Self, JournalError> {
        let path = folder.join(FILE);
        let made = std::fs::create_dir_all(folder).and_then(|()| File::create_new(&path));
        let (file, failure) = match made {
            Ok(file) => (Some(file), None),
            Err(error) if is_full(&error) => (None, Some(error)),
            Err(source) => return Err(JournalError::Write { path, source }),
        };
        Ok(Self { path, inner: Mutex::new(Inner { file, events: Vec::new(), readers, failure }) })
    }

    /// Notes an event, on disk first. A failure to write is told at the end, since a verdict is worth more than its record.
    /// After the first one nothing more is written: the file then ends in a line that was cut, which its readers know.
    pub fn note(&self, event: &RunEvent) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.failure.is_none()
            && let Some(file) = &mut inner.file
            && let Err(error) = line(event).and_then(|line| write(file, &line))
        {
            inner.failure = Some(error);
        }
        inner.events.push(event.clone());
        for reader in &mut inner.readers {
            reader.read(event);
        }
    }

    /// All events so far, also those that could not be written.
    pub fn events(&self) -> Vec<RunEvent> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).events.clone()
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the journal, and says whether all of it was written.
    pub fn end(self) -> Result<(), JournalError> {
        let inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        match inner.failure {
            Some(source) => Err(JournalError::Write { path: self.path, source }),
            None => Ok(()),
        }
    }
}

/// The text of a journal with these events.
pub fn to_text(events: &[RunEvent]) -> std::io::Result<Vec<u8>> {
    events.iter().try_fold(Vec::new(), |mut text, event| {
        text.extend(line(event)?);
        Ok(text)
    })
}

/// Whether there is no room for a file.
fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn line(event: &RunEvent) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
}

fn write(file: &mut File, line: &[u8]) -> std::io::Result<()> {
    file.write_all(line)?;
    file.flush()
}

/// A journal that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalContent {
    /// Its events.
    pub events: Vec<RunEvent>,
    /// The number of the last line, from 1, if it was cut: the run was killed, or its disk full, while it was written.
    pub cut_line: Option<usize>,
}

/// Reads a journal, also of a run that was killed. Only its last line may be cut.
pub fn read(path: &Path) -> Result<JournalContent, JournalError> {
    let text = std::fs::read(path).map_err(|source| JournalError::Read { path: path.to_owned(), source })?;
    let mut content = JournalContent { events: Vec::new(), cut_line: None };
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line_number = index + 1;
        match serde_json::from_slice(line) {
            Ok(event) => content.events.push(event),
            Err(_) if !line.ends_with(b"\n") => content.cut_line = Some(line_number),
            Err(error) => {
                let source = foreign_json_error(&error);
                return Err(JournalError::Unreadable { path: path.to_owned(), line: line_number, source });
            }
        }
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn planned(checks: &[&str]) -> RunEvent {
        RunEvent::RunPlanned { checks: checks.iter().map(|id| (*id).to_owned()).collect() }
    }

    /// A folder with a journal of this text.
    fn journal_of(text: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        folder
    }

    fn content_of(text: &[u8]) -> JournalContent {
        read(&journal_of(text).path().join(FILE)).unwrap()
    }

    #[test]
    fn interruption_is_a_line_of_its_own() {
        let interruption =
            Interruption { by: "SIGTERM".to_owned(), unjudged: vec!["mesh::mtls::a".to_owned()] };
        let (summary, at) = (Summary::default(), Timestamp::UNIX_EPOCH);
        let event = RunEvent::RunInterrupted {
            interruption,
            summary,
            duration_ms: 7,
            retries: Retries::default(),
            at,
        };
        let line = String::from_utf8(to_text(std::slice::from_ref(&event)).unwrap()).unwrap();
        let begin = r#"{"event":"run-interrupted","by":"SIGTERM","unjudged":["mesh::mtls::a"],"#;
        assert!(line.starts_with(begin) && line.contains("\"durationMs\":7"), "{line}");
        assert_eq!(content_of(line.as_bytes()).events, [event]);
    }

    #[rstest]
    #[case::whole(b"", None)]
    #[case::cut(b"{\"event\":\"run-pl", Some(2))]
    #[case::cut_within_a_letter(b"{\"event\":\"\xc3", Some(2))]
    fn last_line_may_be_cut(#[case] rest: &[u8], #[case] cut_line: Option<usize>) {
        let mut text = to_text(&[planned(&["a"])]).unwrap();
        text.extend(rest);
        let content = content_of(&text);
        assert_eq!(content, JournalContent { events: vec![planned(&["a"])], cut_line });
    }

    #[test]
    fn line_in_the_middle_may_not_be_cut() {
        let mut text = b"{\"event\":\"run-pl\n".to_vec();
        text.extend(to_text(&[planned(&["a"])]).unwrap());
        let error = read(&journal_of(&text).path().join(FILE)).unwrap_err();
        assert!(matches!(error, JournalError::Unreadable { line: 1, .. }));
    }

    #[test]
    fn folder_that_cannot_be_made_is_an_error_at_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(
            Journal::begin(&file.path().join("run"), Vec::new()),
            Err(JournalError::Write { .. })
        ));
        assert!(is_full(&std::io::Error::from_raw_os_error(28)), "ENOSPC is told at the end");
    }

    #[test]
    fn events_are_kept_when_the_disk_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::begin(folder.path(), Vec::new()).unwrap();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        journal.inner.lock().unwrap().file = Some(full);
        journal.note(&planned(&["a"]));
        journal.note(&planned(&["b"]));
        assert_eq!(journal.events(), [planned(&["a"]), planned(&["b"])]);
        let error = vocabulary::chain(&journal.end().unwrap_err());
        assert!(error.contains("journal.jsonl") && error.contains("No space left"), "{error}");
    }
}
