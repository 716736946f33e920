//! What the template is given: a record with its evidence, in the order of the page, within limits.

use crate::duration::duration;
use crate::page::anchor::suite;
use crate::page::appendix::Appendix;
use crate::page::entry::Entry;
use crate::page::input::PageInput;
use crate::page::layers::{Fact, fact};
use crate::page::limits::Limits;
use crate::page::skipped::{Skip, skips};
use crate::page::timeline::Timeline;
use crate::run_record::{CheckRecord, RunRecord};
use serde::Serialize;
use vocabulary::{Outcome, Summary};

/// A page.
#[derive(Debug, Serialize)]
pub(crate) struct Page<'a> {
    verdict: String,
    /// How many checks ended in which way, what is wrong first.
    counts: Vec<Count>,
    facts: Vec<Fact>,
    rerun: String,
    suites: Vec<String>,
    /// What is not upheld, the worst first.
    wrong: Vec<Entry>,
    passed: Vec<Suite>,
    passed_count: usize,
    skipped: Vec<Skip>,
    skipped_count: usize,
    timeline: Option<Timeline>,
    appendix: Appendix<'a>,
}

#[derive(Debug, Serialize)]
struct Count {
    word: &'static str,
    count: usize,
}

#[derive(Debug, Serialize)]
struct Suite {
    name: String,
    checks: Vec<Entry>,
}

impl<'a> Page<'a> {
    pub(crate) fn of(input: &'a PageInput<'a>, limits: Limits) -> Self {
        let (record, summary) = (input.record, input.record.summary);
        let appendix = Appendix::of(input.seen.values(), &limits);
        let entry = |check: &CheckRecord| Entry::of(check, input, &appendix, &limits);
        let mut wrong: Vec<_> = record.checks.iter().filter(|check| rank(&check.outcome).is_some()).collect();
        wrong.sort_by_key(|check| rank(&check.outcome));
        let wrong = wrong.into_iter().map(entry).collect();
        let mut passed: Vec<Suite> = Vec::new();
        for check in record.checks.iter().filter(|check| matches!(check.outcome, Outcome::Passed { .. })) {
            let name = suite(&check.id);
            if passed.last().is_none_or(|last| last.name != name) {
                passed.push(Suite { name: name.to_owned(), checks: Vec::new() });
            }
            if let Some(last) = passed.last_mut() {
                last.checks.push(entry(check));
            }
        }
        let mut suites: Vec<String> = Vec::new();
        for check in &record.checks {
            let name = suite(&check.id);
            if !suites.iter().any(|known| known == name) {
                suites.push(name.to_owned());
            }
        }
        Self {
            verdict: verdict(&summary),
            counts: counts(&summary),
            facts: facts(record),
            rerun: format!("meshproof run{}", record.header.rerun),
            suites,
            wrong,
            passed,
            passed_count: summary.passed,
            skipped: skips(input),
            skipped_count: summary.skipped,
            timeline: Timeline::of(record),
            appendix,
        }
    }
}

/// How far up on the page an outcome stands; not at all if nothing is wrong.
fn rank(outcome: &Outcome) -> Option<u8> {
    match outcome {
        Outcome::Failed { .. } => Some(0),
        Outcome::Errored { .. } => Some(1),
        Outcome::Warned { .. } => Some(2),
        Outcome::Noted { .. } => Some(3),
        Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
    }
}

fn verdict(summary: &Summary) -> String {
    let (total, violated) = (summary.total(), summary.failed + summary.warned);
    let noun = if total == 1 { "requirement" } else { "requirements" };
    match (violated, summary.errored) {
        (1, _) => format!("1 of {total} {noun} is violated"),
        (2.., _) => format!("{violated} of {total} {noun} are violated"),
        (0, 1..) => format!("{} of {total} {noun} could not be judged", summary.errored),
        (0, 0) if summary.passed + summary.noted == 0 => "No requirement was judged".to_owned(),
        (0, 0) => "No requirement is violated".to_owned(),
    }
}

fn counts(summary: &Summary) -> Vec<Count> {
    let all = [
        ("failed", summary.failed),
        ("errored", summary.errored),
        ("warned", summary.warned),
        ("noted", summary.noted),
        ("passed", summary.passed),
        ("skipped", summary.skipped),
    ];
    all.into_iter().filter(|(_, count)| *count > 0).map(|(word, count)| Count { word, count }).collect()
}

fn facts(record: &RunRecord) -> Vec<Fact> {
    let header = &record.header;
    let took = record.duration_ms.map_or("it did not end by itself".to_owned(), duration);
    let found: Vec<_> =
        header.versions.iter().map(|(product, version)| format!("{product} {version}")).collect();
    let mut facts = vec![
        fact("cluster", &header.cluster),
        fact("flavour", format!("{} ({})", header.flavour, header.evidence)),
    ];
    facts.extend((!found.is_empty()).then(|| fact("found", found.join(", "))));
    facts.extend([
        fact("allowed", &header.allowed),
        fact("began", header.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        fact("took", took),
        fact("run", &header.run),
        fact("meshproof", &header.version),
    ]);
    facts
}
