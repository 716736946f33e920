//! A violation or an error, with all that is needed to act on it.

use crate::duration::last_seen_after;
use crate::terminal::layout::push_labelled;
use crate::terminal::style::{self, BOLD};
use record::journal::RunHeader;
use std::path::Path;
use vocabulary::{CheckCard, Finding, Outcome, describe_unjudged};

/// `evidence` is the file with the answers on which the check was judged.
pub fn failure(
    card: &CheckCard,
    outcome: &Outcome,
    header: &RunHeader,
    evidence: Option<&Path>,
    width: usize,
) -> String {
    let style = style::of_outcome(outcome);
    let mut text = format!("{style}{}{style:#} {BOLD}{}{BOLD:#}\n", outcome.word().to_uppercase(), card.id);
    let findings: Vec<_> = outcome.findings().iter().map(|finding| finding_lines(finding, width)).collect();
    text.push_str(&findings.join("\n"));
    let mut line = |label: &str, value: &str| push_labelled(&mut text, label, value, width);
    if let Outcome::Errored { error } = outcome {
        line("error", error);
    }
    if let Some(unjudged) = describe_unjudged(outcome.unjudged()) {
        line("besides", &unjudged);
    }
    let requirement = &card.requirement;
    line("requirement", &format!("{}: {}", requirement.level, requirement.statement));
    line("", requirement.source);
    if !findings.is_empty() {
        line("hint", card.remediation);
    }
    if let Some(evidence) = evidence {
        line("evidence", &evidence.display().to_string());
    }
    line("rerun", &format!("meshproof run {}{}", card.id, header.rerun));
    text
}

fn finding_lines(finding: &Finding, width: usize) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| push_labelled(&mut text, label, value, width);
    line("finding", &finding.code);
    line("object", &finding.object.to_string());
    line("field", &finding.field);
    if let Some(written_at) = &finding.written_at {
        line("written at", written_at);
    }
    if let Some(seen_at) = &finding.seen_at {
        line("makes", &seen_at.to_string());
    }
    line("expected", &finding.expected);
    let waited = finding.waited_ms.map_or(String::new(), |ms| format!(" ({})", last_seen_after(ms)));
    line("observed", &format!("{}{waited}", finding.observed));
    text
}
