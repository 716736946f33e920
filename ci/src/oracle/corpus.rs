//! The corpus: small cases with the oracle's facts, which `cargo test` replays without an oracle.

use crate::oracle::oracle_case::DecidedCase;
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

/// Where it is, from the top: a file a topic, a case a line.
const FOLDER: &str = "suites/semantics/tests/corpus";
/// How many cases of a topic it takes; a disagreement is kept all the same.
const CAPACITY: usize = 200;

/// The cases of a topic, by what is decided in them.
#[derive(Debug)]
pub(super) struct Corpus {
    topic: Topic,
    path: PathBuf,
    by_signature: BTreeMap<String, DecidedCase>,
    disagreements: Vec<DecidedCase>,
    is_changed: bool,
}

impl Corpus {
    /// Reads it; it is empty where there is none.
    pub(super) fn read(top: &Path, topic: Topic) -> Result<Self> {
        let path = top.join(FOLDER).join(topic.corpus);
        let mut corpus =
            Self { topic, path, by_signature: BTreeMap::new(), disagreements: Vec::new(), is_changed: false };
        if !corpus.path.exists() {
            return Ok(corpus);
        }
        let name = corpus.path.display().to_string();
        let text = std::fs::read_to_string(&corpus.path).with_context(|| format!("could not read {name}"))?;
        for line in text.lines() {
            let decided: DecidedCase = serde_json::from_str(line).with_context(|| name.clone())?;
            match corpus.by_signature.entry(decided.signature(topic)) {
                Entry::Occupied(_) => corpus.disagreements.push(decided),
                Entry::Vacant(place) => drop(place.insert(decided)),
            }
        }
        Ok(corpus)
    }

    /// Takes a case in which something is decided that no other has, while there is room.
    pub(super) fn offer(&mut self, decided: DecidedCase) {
        if self.by_signature.len() >= CAPACITY {
            return;
        }
        if let Entry::Vacant(place) = self.by_signature.entry(decided.signature(self.topic)) {
            place.insert(decided);
            self.is_changed = true;
        }
    }

    /// Takes a case.
    pub(super) fn keep(&mut self, decided: DecidedCase) {
        self.disagreements.push(decided);
        self.is_changed = true;
    }

    /// How many cases it has.
    pub(super) fn len(&self) -> usize {
        self.by_signature.len() + self.disagreements.len()
    }

    /// Writes it, if a case was added, in the order of the cases' ids.
    pub(super) fn write(&self) -> Result<()> {
        if !self.is_changed {
            return Ok(());
        }
        let mut cases: Vec<_> = self.by_signature.values().chain(&self.disagreements).collect();
        cases.sort_by_key(|decided| &decided.case.id);
        let lines = cases.into_iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text: String = lines.into_iter().map(|line| line + "\n").collect();
        std::fs::write(&self.path, text).with_context(|| format!("could not write {}", self.path.display()))
    }
}

impl DecidedCase {
    /// What is decided in it.
    pub(super) fn signature(&self, topic: Topic) -> String {
        let proxies = self.facts.as_array().into_iter().flatten();
        proxies.map(|facts| (topic.signature)(&self.case, facts)).collect::<Vec<_>>().join("; ")
    }
}
