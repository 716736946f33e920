//! A check on the page: how it ended, what to do about it, and on what it was judged.

use crate::duration::{last_seen_after, readable_ms};
use crate::page::appendix::{Appendix, ResourceLink};
use crate::page::deciding_object::DecidingObject;
use crate::page::limits::{LimitedList, Limits, cut_inline, cut_text, limit_list};
use crate::page::page_input::{CheckHeading, ObservedLogLine, PageInput, PageObservations};
use crate::page::trail::{Trail, trails};
use crate::run_record::CheckRecord;
use record::Attachment;
use serde::Serialize;
use vocabulary::{CheckCard, Finding, Outcome, describe_unjudged};

/// A check on the page.
#[derive(Debug, Serialize)]
pub(crate) struct CheckSection {
    #[serde(flatten)]
    heading: CheckHeading,
    /// The id without the suite.
    behaviour: String,
    outcome: &'static str,
    took: String,
    requirement: Option<RequirementFacts>,
    findings: LimitedList<FindingSection>,
    /// Why it could not tell.
    error: Option<String>,
    /// What was seen when the requirement holds.
    evidence: Option<String>,
    /// What could not be judged, in half a line.
    unjudged: Option<String>,
    evidence_file: Option<String>,
    rerun: String,
    trails: LimitedList<Trail>,
    log_lines: Vec<LogLineSection>,
    read: Vec<ResourceLink>,
    attachments: LimitedList<AttachmentSection>,
}

#[derive(Debug, Serialize)]
struct RequirementFacts {
    level: String,
    statement: &'static str,
    source: &'static str,
    hint: &'static str,
}

#[derive(Debug, Serialize)]
struct FindingSection {
    code: String,
    meaning: Option<&'static str>,
    object: String,
    field: String,
    expected: String,
    observed: String,
    waited: Option<String>,
    written_at: Option<String>,
    seen_at: Option<String>,
    deciding_object: Option<DecidingObject>,
}

/// What was looked for in a log, and what came.
#[derive(Debug, Serialize)]
struct LogLineSection {
    container: String,
    containing: String,
    line: Option<String>,
}

#[derive(Debug, Serialize)]
struct AttachmentSection {
    name: String,
    about: String,
    text: String,
    /// Where it was cut when it was collected.
    cut: Option<String>,
    /// Where it was cut for the page.
    note: Option<String>,
}

impl CheckSection {
    /// Puts together what is known of a check.
    pub(crate) fn new(
        check: &CheckRecord,
        input: &PageInput<'_>,
        appendix: &Appendix<'_>,
        limits: &Limits,
    ) -> Self {
        let (id, card) = (check.id.as_str(), input.card(&check.id));
        let max_bytes = match check.outcome {
            Outcome::Passed { .. } => limits.other_text,
            _ => limits.failure_text,
        };
        let no_observations = PageObservations::default();
        let observations = input.observations.get(id).unwrap_or(&no_observations);
        let findings = check.outcome.findings().iter();
        let findings =
            findings.map(|one| FindingSection::new(one, card, (observations, input), appendix, max_bytes));
        let attachments = input.attachments.get(id).copied().unwrap_or_default().iter();
        Self {
            heading: input.heading(check),
            behaviour: check.behaviour().to_owned(),
            outcome: check.outcome.word(),
            took: readable_ms(check.duration_ms),
            requirement: card.map(RequirementFacts::new),
            findings: limit_list(findings, limits.list_items),
            error: match &check.outcome {
                Outcome::Errored { error } => Some(cut_inline(error, max_bytes)),
                _ => None,
            },
            evidence: match &check.outcome {
                Outcome::Passed { evidence, .. } => Some(cut_inline(evidence, max_bytes)),
                _ => None,
            },
            unjudged: describe_unjudged(check.outcome.unjudged()).map(|text| cut_inline(&text, max_bytes)),
            evidence_file: check.evidence_file.clone(),
            rerun: format!("meshproof run {id}{}", input.record.header.rerun),
            trails: limit_list(
                trails(&observations.exchanges, max_bytes).collect::<Vec<_>>(),
                limits.list_items,
            ),
            log_lines: observations.log_lines.iter().map(|one| LogLineSection::new(one, max_bytes)).collect(),
            read: appendix.links(observations, limits),
            attachments: limit_list(
                attachments.map(|one| AttachmentSection::new(one, max_bytes)),
                limits.list_items,
            ),
        }
    }
}

impl RequirementFacts {
    fn new(card: &CheckCard) -> Self {
        Self {
            level: card.requirement.level.to_string(),
            statement: card.requirement.statement,
            source: card.requirement.source,
            hint: card.remediation,
        }
    }
}

impl FindingSection {
    fn new(
        finding: &Finding,
        card: Option<&CheckCard>,
        (observations, input): (&PageObservations, &PageInput<'_>),
        appendix: &Appendix<'_>,
        max_bytes: usize,
    ) -> Self {
        let places = observations.objects.as_slice();
        let kinds = card.map_or(&[] as &[_], |card| card.findings);
        Self {
            code: finding.code.clone(),
            meaning: kinds.iter().find(|kind| kind.code == finding.code).map(|kind| kind.meaning),
            object: cut_inline(&finding.object.to_string(), max_bytes),
            field: cut_inline(&finding.field, max_bytes),
            expected: cut_inline(&finding.expected, max_bytes),
            observed: cut_inline(&finding.observed, max_bytes),
            waited: finding.waited_ms.map(last_seen_after),
            written_at: finding.written_at.as_ref().map(|place| cut_inline(place, max_bytes)),
            seen_at: finding.seen_at.as_ref().map(|object| cut_inline(&object.to_string(), max_bytes)),
            deciding_object: DecidingObject::find(finding, (&input.objects, places), appendix, max_bytes),
        }
    }
}

impl LogLineSection {
    fn new(line: &ObservedLogLine, max_bytes: usize) -> Self {
        Self {
            container: line.container.clone(),
            containing: line.containing.clone(),
            line: line.line.as_ref().map(|line| cut_inline(line, max_bytes)),
        }
    }
}

impl AttachmentSection {
    fn new(attachment: &Attachment, max_bytes: usize) -> Self {
        let (text, note) = cut_text(&attachment.text, max_bytes);
        Self {
            name: cut_inline(&attachment.name, max_bytes),
            about: cut_inline(&attachment.about, max_bytes),
            text,
            cut: attachment.cut.clone(),
            note,
        }
    }
}
