//! What the template is given: a record with its evidence, in the order of the page, within limits.

use crate::page::appendix::Appendix;
use crate::page::check_section::CheckSection;
use crate::page::layers::Fact;
use crate::page::limits::Limits;
use crate::page::overview::{OutcomeCount, Timeline, outcome_counts, run_facts, verdict};
use crate::page::page_input::{CheckHeading, PageInput};
use crate::run_record::{CheckRecord, RunRecord, suite_of};
use serde::Serialize;
use std::collections::BTreeMap;
use vocabulary::{Outcome, SkipReason};

/// A page.
#[derive(Serialize)]
pub(crate) struct Page<'a> {
    verdict: String,
    counts: Vec<OutcomeCount>,
    facts: Vec<Fact>,
    rerun: String,
    suites: Vec<&'a str>,
    /// The checks that have no verdict, since the run was interrupted.
    unjudged: Vec<CheckHeading>,
    /// What is not upheld, the worst first.
    wrong: Vec<CheckSection>,
    passed: Vec<SuiteSection>,
    passed_count: usize,
    skipped: Vec<SkipSection>,
    skipped_count: usize,
    timeline: Option<Timeline>,
    appendix: Appendix<'a>,
}

/// The checks of a suite that passed.
#[derive(Debug, Serialize)]
struct SuiteSection {
    name: String,
    checks: Vec<CheckSection>,
}

/// A reason, and the checks that did not run because of it.
#[derive(Debug, Serialize)]
struct SkipSection {
    reason: String,
    hint: String,
    checks: Vec<CheckHeading>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(input: &'a PageInput<'a>, limits: Limits) -> Self {
        let (record, summary) = (input.record, input.record.summary);
        let appendix = Appendix::new(&input.objects, &limits);
        let section = |check: &CheckRecord| CheckSection::new(check, input, &appendix, &limits);
        let wrong = wrong_checks(record).into_iter().map(section).collect();
        let passed = passed_by_suite(record, section);
        Self {
            verdict: verdict(record),
            counts: outcome_counts(record),
            facts: run_facts(record),
            rerun: format!("meshproof run{}", record.header.rerun),
            suites: suites(record),
            unjudged: record.unjudged().iter().map(|id| input.heading_of(id)).collect(),
            wrong,
            passed,
            passed_count: summary.passed,
            skipped: skips(input),
            skipped_count: summary.skipped,
            timeline: Timeline::new(input),
            appendix,
        }
    }
}

/// What is not upheld, the worst first.
fn wrong_checks(record: &RunRecord) -> Vec<&CheckRecord> {
    let mut wrong: Vec<_> = record.checks.iter().filter(|check| rank(&check.outcome).is_some()).collect();
    wrong.sort_by_key(|check| rank(&check.outcome));
    wrong
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

fn passed_by_suite(record: &RunRecord, section: impl Fn(&CheckRecord) -> CheckSection) -> Vec<SuiteSection> {
    let mut suites: Vec<SuiteSection> = Vec::new();
    for check in record.checks.iter().filter(|check| matches!(check.outcome, Outcome::Passed { .. })) {
        match suites.last_mut() {
            Some(last) if last.name == check.suite() => last.checks.push(section(check)),
            _ => suites.push(SuiteSection { name: check.suite().to_owned(), checks: vec![section(check)] }),
        }
    }
    suites
}

/// The suites of all checks, in the order in which they come first.
fn suites(record: &RunRecord) -> Vec<&str> {
    let mut suites = Vec::new();
    let judged = record.checks.iter().map(CheckRecord::suite);
    for suite in judged.chain(record.unjudged().iter().map(|id| suite_of(id))) {
        if !suites.contains(&suite) {
            suites.push(suite);
        }
    }
    suites
}

/// The reasons in their own order, the checks in that of the document.
fn skips(input: &PageInput<'_>) -> Vec<SkipSection> {
    let mut by_reason = BTreeMap::<&SkipReason, Vec<CheckHeading>>::new();
    for check in &input.record.checks {
        if let Outcome::Skipped { reason } = &check.outcome {
            by_reason.entry(reason).or_default().push(input.heading(check));
        }
    }
    let skips = by_reason.into_iter();
    skips
        .map(|(reason, checks)| SkipSection { reason: reason.to_string(), hint: reason.hint(), checks })
        .collect()
}
