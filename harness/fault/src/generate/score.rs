//! The score of the generated faults: which check caught how many, and what became of the others.

use crate::generate::judge::Judged;
use crate::generate::mutant::Generated;
use crate::generate::rules::{self, Rule, RulesError};
use crate::recording_trials::RecordingTrials;
use report::score::Score;
use std::collections::BTreeSet;

/// The score of a recording: of all its generated faults, with the checks that read and the rules of this program.
pub async fn score_trials(trials: &RecordingTrials) -> Result<Score, RulesError> {
    let judged = trials.judge_generated(trials.readers(), trials.generated()).await;
    Ok(score(&judged, &rules::all()?, trials.readers().map(|check| check.id)))
}

/// The score of what was judged by `checks`, in which `rules` say what is no fault.
pub fn score<'a>(judged: &[Judged], rules: &[Rule], checks: impl IntoIterator<Item = &'a str>) -> Score {
    let mut score = Score {
        checks: checks.into_iter().map(|check| (check.to_owned(), 0)).collect(),
        rules: vec![0; rules.len()],
        ..Score::default()
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
            score.missed.push(describe_missed(one));
        }
    }
    score.dead = dead(rules, &needed);
    score
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

fn describe_missed(one: &Judged) -> String {
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
