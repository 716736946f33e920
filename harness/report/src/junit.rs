//! `junit.xml`: what a CI system shows. A violation is a failure, an inability to judge is an error.

use crate::format::{FormatOption, RenderError, ReportFormat, ReportSource};
use crate::run_record::{CheckRecord, RunRecord, suite_of};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use std::fmt::Write;
use std::time::Duration;
use vocabulary::{Finding, Outcome, describe_unjudged};

/// The format of `junit.xml`.
#[derive(Debug, Clone, Copy)]
pub struct Junit;

impl ReportFormat for Junit {
    fn file_name(&self) -> &'static str {
        "junit.xml"
    }

    fn option(&self) -> Option<FormatOption> {
        Some(FormatOption { name: "junit", help: "JUnit XML" })
    }

    fn render(&self, source: &ReportSource<'_>) -> Result<Vec<u8>, RenderError> {
        Ok(render(source.record)?)
    }
}

/// A record as JUnit XML: a test suite for each suite of checks. A check without a verdict is an error in it.
pub fn render(record: &RunRecord) -> Result<Vec<u8>, quick_junit::SerializeError> {
    let mut report = Report::new("meshproof");
    let mut suites: Vec<TestSuite> = Vec::new();
    let judged = record.checks.iter().map(|check| (check.suite(), test_case(check, record)));
    let unjudged = record.unjudged().iter().map(|id| (suite_of(id), unjudged_case(id)));
    for (suite, case) in judged.chain(unjudged) {
        let index = suites.iter().position(|known| known.name.as_str() == suite).unwrap_or_else(|| {
            suites.push(TestSuite::new(suite));
            suites.len() - 1
        });
        suites[index].add_test_case(case);
    }
    let timestamp = record.header.at.to_string();
    for mut suite in suites {
        suite.add_property(Property::new("run", record.header.run.as_str()));
        suite.add_property(Property::new("cluster", record.header.cluster.as_str()));
        suite.add_property(Property::new("flavour", record.header.flavour.as_str()));
        suite.add_property(Property::new("began", timestamp.as_str()));
        if let Some(interruption) = &record.interruption {
            suite.add_property(Property::new("interrupted", interruption.by.as_str()));
        }
        for warning in &record.header.warnings {
            suite.add_property(Property::new("warning", warning.as_str()));
        }
        report.add_test_suite(suite);
    }
    Ok(report.to_string()?.into_bytes())
}

fn test_case(check: &CheckRecord, record: &RunRecord) -> TestCase {
    let mut case = TestCase::new(check.id.as_str(), test_status(&check.outcome));
    case.set_classname(check.suite());
    case.set_time(Duration::from_millis(check.duration_ms));
    case.add_property(Property::new("outcome", check.outcome.word()));
    match &check.outcome {
        Outcome::Passed { evidence, .. } => case.add_property(Property::new("evidence", evidence.as_str())),
        Outcome::Warned { findings, .. } | Outcome::Noted { findings, .. } => {
            case.add_property(Property::new("findings", findings_text(findings)))
        }
        Outcome::Failed { .. } | Outcome::Skipped { .. } | Outcome::Errored { .. } => &mut case,
    };
    if let Some(text) = describe_unjudged(check.outcome.unjudged()) {
        case.add_property(Property::new("unjudged", text));
    }
    if let Some(changed) = record.changed_verdicts.iter().find(|changed| changed.check == check.id) {
        let text = format!("{} in the run; {}", changed.recorded.word(), changed.cause);
        case.add_property(Property::new("changed", text));
    }
    case
}

/// A check without a verdict.
fn unjudged_case(id: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message("interrupted");
    let mut case = TestCase::new(id, status);
    case.set_classname(suite_of(id));
    case.add_property(Property::new("outcome", "interrupted"));
    case
}

fn test_status(outcome: &Outcome) -> TestCaseStatus {
    match outcome {
        Outcome::Passed { .. } | Outcome::Warned { .. } | Outcome::Noted { .. } => TestCaseStatus::success(),
        Outcome::Skipped { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.to_string());
            status
        }
        Outcome::Failed { findings, .. } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            if let Some(first) = findings.first() {
                status.set_type(first.code.as_str());
                status.set_message(format!("{}: {}", first.object, first.observed));
            }
            status.set_description(findings_text(findings));
            status
        }
        Outcome::Errored { error } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(error.as_str());
            status
        }
    }
}

fn findings_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}: {} {}\n  expected: {}\n  observed: {}",
            finding.code, finding.object, finding.field, finding.expected, finding.observed
        );
        if let Some(written_at) = &finding.written_at {
            let _ = writeln!(text, "  written at: {written_at}");
        }
        if let Some(seen_at) = &finding.seen_at {
            let _ = writeln!(text, "  makes: {seen_at}");
        }
    }
    text
}
