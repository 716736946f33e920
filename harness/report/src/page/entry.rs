//! A check on the page: how it ended, what to do about it, and on what it was judged.

use crate::duration::duration;
use crate::page::anchor::{anchor, suite};
use crate::page::appendix::{Appendix, Read};
use crate::page::evidence::{self, Decided};
use crate::page::given::{GivenLine, GivenToCheck};
use crate::page::input::PageInput;
use crate::page::limits::{self, Limits, Listed};
use crate::page::trail::{Trail, trails};
use crate::run_record::CheckRecord;
use serde::Serialize;
use vocabulary::{CheckCard, Finding, Outcome};

/// A check on the page.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    id: String,
    anchor: String,
    suite: String,
    /// The id without the suite.
    behaviour: String,
    title: Option<&'static str>,
    outcome: &'static str,
    took: String,
    requirement: Option<Required>,
    findings: Listed<Found>,
    /// Why it could not tell.
    error: Option<String>,
    /// What was seen when the requirement holds.
    evidence: Option<String>,
    evidence_file: Option<String>,
    rerun: String,
    trails: Listed<Trail>,
    /// What was looked for in logs, and what came.
    lines: Vec<LogLine>,
    read: Vec<Read>,
    attachments: Listed<Attached>,
}

#[derive(Debug, Serialize)]
struct Required {
    level: String,
    statement: &'static str,
    source: &'static str,
    hint: &'static str,
}

#[derive(Debug, Serialize)]
struct Found {
    code: String,
    meaning: Option<&'static str>,
    object: String,
    field: String,
    expected: String,
    observed: String,
    waited: Option<String>,
    decided: Option<Decided>,
}

#[derive(Debug, Serialize)]
struct LogLine {
    container: String,
    containing: String,
    line: Option<String>,
}

#[derive(Debug, Serialize)]
struct Attached {
    name: String,
    about: String,
    text: String,
    /// Where it was cut when it was collected.
    cut: Option<String>,
    /// Where it was cut for the page.
    note: Option<String>,
}

impl Entry {
    /// Puts together what is known of a check.
    pub(crate) fn of(
        record: &CheckRecord,
        input: &PageInput<'_>,
        appendix: &Appendix<'_>,
        limits: &Limits,
    ) -> Self {
        let check = input.checks.iter().find(|check| check.id == record.id);
        let limit = if matches!(record.outcome, Outcome::Passed { .. }) { limits.rest } else { limits.wrong };
        let (nothing, id) = (GivenToCheck::default(), record.id.as_str());
        let seen = input.seen.get(id).unwrap_or(&nothing);
        let own_suite = suite(id);
        let findings =
            record.outcome.findings().iter().map(|one| found(one, check.copied(), seen, appendix, limit));
        let required = |check: &&CheckCard| Required {
            level: check.requirement.level.to_string(),
            statement: check.requirement.statement,
            source: check.requirement.source,
            hint: check.remediation,
        };
        let attachments = input.attachments.get(id).copied().unwrap_or_default().iter().map(|attachment| {
            let (text, note) = limits::cut(&attachment.text, limit);
            Attached {
                name: limits::prose(&attachment.name, limit),
                about: limits::prose(&attachment.about, limit),
                text,
                cut: attachment.cut.clone(),
                note,
            }
        });
        Self {
            id: record.id.clone(),
            anchor: anchor(id),
            suite: own_suite.to_owned(),
            behaviour: id.split_once("::").map_or(id, |(_, behaviour)| behaviour).to_owned(),
            title: check.map(|check| check.title),
            outcome: record.outcome.word(),
            took: duration(record.duration_ms),
            requirement: check.map(required),
            findings: limits::first(findings, limits.items),
            error: match &record.outcome {
                Outcome::Errored { error } => Some(limits::prose(error, limit)),
                _ => None,
            },
            evidence: match &record.outcome {
                Outcome::Passed { evidence } => Some(limits::prose(evidence, limit)),
                _ => None,
            },
            evidence_file: record.evidence_file.clone(),
            rerun: format!("meshproof run {id}{}", input.record.header.rerun),
            trails: limits::first(trails(&seen.exchanges, limit), limits.items),
            lines: lines(seen, limit),
            read: appendix.read(seen, limits),
            attachments: limits::first(attachments, limits.items),
        }
    }
}

fn lines(seen: &GivenToCheck, limit: usize) -> Vec<LogLine> {
    let line = |one: &GivenLine| LogLine {
        container: one.container.clone(),
        containing: one.containing.clone(),
        line: one.line.as_ref().map(|line| limits::prose(line, limit)),
    };
    seen.lines.iter().map(line).collect()
}

fn found(
    finding: &Finding,
    check: Option<&CheckCard>,
    seen: &GivenToCheck,
    appendix: &Appendix<'_>,
    limit: usize,
) -> Found {
    let kinds = check.map_or(&[] as &[_], |check| check.findings);
    let waited = |waited| {
        let seconds = std::time::Duration::from_secs(waited / 1000);
        format!("last seen after {}", humantime::format_duration(seconds))
    };
    Found {
        code: finding.code.clone(),
        meaning: kinds.iter().find(|kind| kind.code == finding.code).map(|kind| kind.meaning),
        object: limits::prose(&finding.object.to_string(), limit),
        field: limits::prose(&finding.field, limit),
        expected: limits::prose(&finding.expected, limit),
        observed: limits::prose(&finding.observed, limit),
        waited: finding.waited_ms.map(waited),
        decided: evidence::decided(finding, &seen.objects, appendix, limit),
    }
}
