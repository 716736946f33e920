//! A run: its first lines, each check in a line, each failure with all that is needed to act on it, and the counts.

use crate::run_record::{CheckRecord, RunRecord};
use crate::terminal::failure::failure;
use crate::terminal::interruption::interruption;
use crate::terminal::layout::{shorten, width, wrap};
use crate::terminal::skips::{skipped_suites, skips};
use crate::terminal::style::{self, BOLD, DIM, YELLOW};
use crate::terminal::summary_line::summary_line;
use record::journal::RunHeader;
use std::fmt::Write;
use std::path::Path;
use vocabulary::{CheckCard, Outcome, describe_unjudged};

/// Said first when no cluster is named.
pub const NO_CLUSTER: &str = "No cluster is named, so this is a recording. Yours: meshproof run --context NAME\n\
                              which only reads it. To see failures: meshproof run --recording broken\n";

/// The first lines of a run, before any check.
pub fn header(header: &RunHeader) -> String {
    let mut text = format!(
        "{BOLD}meshproof {}{BOLD:#} on {}: flavour {} ({})\n",
        header.version, header.cluster, header.flavour, header.evidence
    );
    if !header.versions.is_empty() {
        let versions = header.versions.iter().map(|(product, version)| format!("{product} {version}"));
        let _ = writeln!(text, "{DIM}found: {}{DIM:#}", versions.collect::<Vec<_>>().join(", "));
    }
    let _ = writeln!(text, "{DIM}run {}, allowed: {}{DIM:#}", header.run, header.allowed);
    for warning in &header.warnings {
        let warning = format!("{YELLOW}warning:{YELLOW:#} {warning}");
        text.push_str(&wrap(&warning, width()));
        text.push('\n');
    }
    text
}

/// Everything after the first lines: the checks by suite, the failures, the skips by reason, the counts.
pub fn body(record: &RunRecord, cards: &[&CheckCard], folder: &Path, width: usize) -> String {
    let mut text = checks_by_suite(record, width);
    for check in &record.checks {
        if let Some(card) = cards.iter().find(|card| card.id == check.id)
            && !matches!(check.outcome, Outcome::Passed { .. } | Outcome::Skipped { .. })
        {
            let evidence = check.evidence_file.as_ref().map(|file| folder.join(file));
            text.push('\n');
            text.push_str(&failure(card, &check.outcome, &record.header, evidence.as_deref(), width));
        }
    }
    text.push_str(&skips(record, width));
    text.push_str(&skipped_suites(record, width));
    text.push_str(&interruption(record, width));
    text.push_str(&summary_line(record));
    if !record.retries.is_empty() {
        let _ = writeln!(text, "{DIM}{}{DIM:#}", record.retries);
    }
    text
}

fn checks_by_suite(record: &RunRecord, width: usize) -> String {
    let mut text = String::new();
    let mut suite = "";
    for check in &record.checks {
        if check.suite() != suite {
            suite = check.suite();
            let _ = writeln!(text, "\n{BOLD}{suite}{BOLD:#}");
        }
        text.push_str(&check_line(check, width));
    }
    text
}

fn check_line(check: &CheckRecord, width: usize) -> String {
    let style = style::of_outcome(&check.outcome);
    let mut text = format!("  {style}{:<7}{style:#} {}\n", check.outcome.word(), check.behaviour());
    if let Outcome::Passed { evidence, .. } = &check.outcome {
        let _ = writeln!(text, "          {DIM}{}{DIM:#}", shorten(evidence, width.saturating_sub(10)));
    }
    if let Some(unjudged) = describe_unjudged(check.outcome.unjudged()) {
        let unjudged = shorten(&unjudged, width.saturating_sub(10));
        let _ = writeln!(text, "          {YELLOW}{unjudged}{YELLOW:#}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use jiff::Timestamp;
    use record::journal::RunEvent;
    use rstest::rstest;
    use std::collections::BTreeMap;
    use vocabulary::{Retries, Summary};

    fn record(retries: Retries) -> RunRecord {
        let header = RunHeader {
            run: "r".to_owned(),
            version: "0.0.0".to_owned(),
            cluster: "context a".to_owned(),
            flavour: "upstream".to_owned(),
            evidence: "Deployment istio-system/istiod".to_owned(),
            versions: BTreeMap::new(),
            allowed: "read".to_owned(),
            rerun: String::new(),
            warnings: Vec::new(),
            at: Timestamp::UNIX_EPOCH,
        };
        let finished = RunEvent::RunFinished {
            summary: Summary::default(),
            duration_ms: 1,
            retries,
            at: Timestamp::UNIX_EPOCH,
        };
        // As the journal holds it.
        let finished = serde_json::from_value(serde_json::to_value(finished).unwrap()).unwrap();
        RunRecord::fold(header, [finished])
    }

    #[rstest]
    #[case::calm(&[], None)]
    #[case::repeated(&[("429", 3), ("503", 9)], Some("12 requests were repeated (429: 3, 503: 9)"))]
    fn repeated_requests_are_told_where_there_were_any(
        #[case] counts: &[(&str, u64)],
        #[case] expected: Option<&str>,
    ) {
        let counts = counts.iter().map(|(reason, count)| ((*reason).to_owned(), *count));
        let record = record(Retries(counts.collect()));
        let text = body(&record, &[], Path::new("out"), 80);
        assert_eq!(text.contains("repeated"), expected.is_some(), "{text}");
        assert!(text.contains(expected.unwrap_or_default()), "{text}");
        let report = serde_json::to_value(json::report(&record)).unwrap();
        assert_eq!(report.get("retries").is_some(), expected.is_some(), "{report}");
    }
}
