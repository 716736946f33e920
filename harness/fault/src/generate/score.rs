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
        } else if !result.errored_by.is_empty() {
            tally.caught += 1;
            tally.caught_by_error += 1;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::field_path::FieldPath;
    use crate::generate::generated_fault::FieldOperator;
    use rstest::rstest;
    use std::collections::BTreeMap;

    fn result(
        caught_by: &[&'static str],
        errored_by: &[&'static str],
        others: &[&'static str],
    ) -> GeneratedFaultResult {
        GeneratedFaultResult {
            fault: GeneratedFault {
                resource: "configmaps".to_owned(),
                object: "istio-system/istio".to_owned(),
                path: FieldPath::default(),
                operator: FieldOperator::Remove,
                value: None,
            },
            caught_by: caught_by.iter().copied().collect(),
            is_unreadable: false,
            errored_by: errored_by.iter().copied().collect(),
            other_outcomes: others.iter().map(|id| (*id, "errored: it has no answer".to_owned())).collect(),
        }
    }

    #[rstest]
    #[case::by_a_finding(result(&["a"], &[], &[]), (1, 0, 0), 1)]
    #[case::by_both(result(&["a"], &["b"], &[]), (1, 0, 0), 1)]
    #[case::by_an_error(result(&[], &["a"], &[]), (1, 1, 0), 0)]
    #[case::by_an_error_that_is_about_something_else(result(&[], &[], &["a"]), (0, 0, 1), 0)]
    fn error_about_a_field_is_told_apart(
        #[case] result: GeneratedFaultResult,
        #[case] expected: (usize, usize, usize),
        #[case] of_check: usize,
    ) {
        let score = score(&[result], &[], ["a"]);
        let total = score.total();
        assert_eq!((total.caught, total.caught_by_error, total.missed), expected);
        assert_eq!(score.checks, BTreeMap::from([("a".to_owned(), of_check)]));
    }
}
