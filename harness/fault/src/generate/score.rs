//! The score of generated faults: how many each check caught, and what became of the others.

use crate::generate::generated_fault::GeneratedFault;
use crate::generate::judge::GeneratedFaultResult;
use crate::generate::rules::{self, EquivalenceRule, EquivalenceRulesError};
use crate::recording_trials::RecordingTrials;
use report::score::Score;
use std::collections::BTreeSet;

/// The score of all generated faults of a recording, with the checks that only read and the program's rules.
pub async fn score_trials(trials: &RecordingTrials) -> Result<Score, EquivalenceRulesError> {
    let results = trials.judge_generated_faults(trials.readers(), trials.generated_faults()).await;
    Ok(score(&results, &rules::all()?, trials.readers().map(|check| check.id)))
}

/// The score of these results of `checks`. `rules` say which missed faults are equivalent.
pub fn score<'a>(
    results: &[GeneratedFaultResult],
    rules: &[EquivalenceRule],
    checks: impl IntoIterator<Item = &'a str>,
) -> Score {
    let mut score = Score {
        checks: checks.into_iter().map(|check| (check.to_owned(), 0)).collect(),
        rules: vec![0; rules.len()],
        ..Score::default()
    };
    let mut used = BTreeSet::new();
    for result in results {
        let tally = score.resources.entry(result.fault.resource.clone()).or_default();
        tally.generated += 1;
        if result.is_unreadable {
            tally.unreadable += 1;
        } else if !result.caught_by.is_empty() {
            tally.caught += 1;
            for check in &result.caught_by {
                *score.checks.entry((*check).to_owned()).or_default() += 1;
            }
        } else if let Some((rule, object, field)) = first_covering_rule(rules, &result.fault) {
            tally.equivalent += 1;
            score.rules[rule] += 1;
            used.extend([(rule, PatternKind::Object, object), (rule, PatternKind::Field, field)]);
        } else {
            tally.missed += 1;
            score.missed.push(describe_missed(result));
        }
    }
    score.dead = unused_patterns(rules, &used);
    score
}

/// In which list of a rule a pattern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PatternKind {
    Object,
    Field,
}

/// The position of the first rule that covers a fault, with those of its matching patterns for object and field.
fn first_covering_rule(rules: &[EquivalenceRule], fault: &GeneratedFault) -> Option<(usize, usize, usize)> {
    let mut covering =
        rules.iter().enumerate().filter_map(|(position, rule)| Some((position, rule.covers(fault)?)));
    covering.next().map(|(rule, (object, field))| (rule, object, field))
}

fn describe_missed(result: &GeneratedFaultResult) -> String {
    let others = result.other_outcomes.iter().map(|(check, outcome)| format!("  ({check}: {outcome})"));
    format!("{}{}", result.fault, others.collect::<String>())
}

/// The patterns of rules without which no fault would be missed.
fn unused_patterns(rules: &[EquivalenceRule], used: &BTreeSet<(usize, PatternKind, usize)>) -> Vec<String> {
    let mut unused = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        for (kind, patterns) in [(PatternKind::Object, &rule.objects), (PatternKind::Field, &rule.fields)] {
            for (position, pattern) in patterns.iter().enumerate() {
                if !used.contains(&(index, kind, position)) {
                    unused.push(format!("rule {} ({}): {pattern}", index + 1, rule.resource));
                }
            }
        }
    }
    unused
}
