//! The score of the generated faults: which check caught how many, and what became of the others.

use super::judge::Judged;
use super::mutant::Generated;
use super::rules::{self, Rule, RulesError};
use crate::fault::rehearse::Stage;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// See the module text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// How many each check caught, by id.
    pub checks: BTreeMap<String, usize>,
    /// What became of those of each resource.
    pub resources: BTreeMap<String, Tally>,
    /// How many each rule covers that no check caught, in the order of the rules.
    pub rules: Vec<usize>,
    /// Those that no check caught and no rule covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
    /// Patterns of rules that nothing needs: the position of the rule, and the pattern.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<String>,
}

/// What became of generated faults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many there are.
    pub generated: usize,
    /// A check found something wrong.
    pub caught: usize,
    /// The object has no longer the shape of its kind: an API server does not return such a one.
    pub unreadable: usize,
    /// A rule says why no requirement is violated.
    pub equivalent: usize,
    /// Nothing says so.
    pub missed: usize,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            generated: self.generated + other.generated,
            caught: self.caught + other.caught,
            unreadable: self.unreadable + other.unreadable,
            equivalent: self.equivalent + other.equivalent,
            missed: self.missed + other.missed,
        }
    }
}

impl Score {
    /// The score of a recording: of all its generated faults, with the checks that read and the rules of this program.
    pub async fn of_stage(stage: &Stage) -> Result<Self, RulesError> {
        let judged = stage.judge_generated(stage.readers(), stage.generated()).await;
        Ok(Self::of(&judged, &rules::all()?, stage.readers().map(|check| check.id)))
    }

    /// The score of what was judged by `checks`, in which `rules` say what is no fault.
    pub fn of<'a>(judged: &[Judged], rules: &[Rule], checks: impl IntoIterator<Item = &'a str>) -> Self {
        let mut score = Self {
            checks: checks.into_iter().map(|check| (check.to_owned(), 0)).collect(),
            rules: vec![0; rules.len()],
            ..Self::default()
        };
        let mut needed = BTreeSet::new();
        for one in judged {
            let tally = score.resources.entry(one.generated.resource.clone()).or_default();
            tally.generated += 1;
            if one.is_unreadable {
                tally.unreadable += 1;
            } else if !one.caught.is_empty() {
                tally.caught += 1;
                for check in &one.caught {
                    *score.checks.entry((*check).to_owned()).or_default() += 1;
                }
            } else if let Some((rule, object, field)) = covering(rules, &one.generated) {
                tally.equivalent += 1;
                score.rules[rule] += 1;
                needed.extend([(rule, Kind::Object, object), (rule, Kind::Field, field)]);
            } else {
                tally.missed += 1;
                score.missed.push(told(one));
            }
        }
        score.dead = dead(rules, &needed);
        score
    }

    /// Where it is in the folder of a run.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join("faults").join("generated.json")
    }

    /// Writes it.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let path = Self::path(folder);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, serde_json::to_string_pretty(self)? + "\n")
    }

    /// What became of all of them.
    pub fn total(&self) -> Tally {
        self.resources.values().fold(Tally::default(), |all, one| all.and(*one))
    }

    /// Whether each is caught or has its reason, and each reason is needed.
    pub fn is_clean(&self) -> bool {
        self.missed.is_empty() && self.dead.is_empty()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Object,
    Field,
}

fn covering(rules: &[Rule], one: &Generated) -> Option<(usize, usize, usize)> {
    let mut found = rules.iter().enumerate().filter_map(|(at, rule)| Some((at, rule.covers(one)?)));
    found.next().map(|(rule, (object, field))| (rule, object, field))
}

fn told(one: &Judged) -> String {
    let strange = one.strange.iter().map(|(check, says)| format!("  ({check}: {says})"));
    format!("{}{}", one.generated, strange.collect::<String>())
}

fn dead(rules: &[Rule], needed: &BTreeSet<(usize, Kind, usize)>) -> Vec<String> {
    let mut dead = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        for (kind, patterns) in [(Kind::Object, &rule.objects), (Kind::Field, &rule.fields)] {
            for (position, pattern) in patterns.iter().enumerate() {
                if !needed.contains(&(at, kind, position)) {
                    dead.push(format!("rule {} ({}): {pattern}", at + 1, rule.resource));
                }
            }
        }
    }
    dead
}
