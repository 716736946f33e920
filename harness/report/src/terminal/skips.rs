//! The checks that did not run, by reason, with what to do about it.

use crate::run_record::{RunRecord, suite_of};
use crate::terminal::layout::push_labelled;
use crate::terminal::style::{DIM, YELLOW};
use std::collections::BTreeMap;
use std::fmt::Write;
use vocabulary::{Outcome, SkipReason};

/// Empty where all checks ran.
pub(crate) fn skips(record: &RunRecord, width: usize) -> String {
    let mut by_reason = BTreeMap::<&SkipReason, Vec<&str>>::new();
    for check in &record.checks {
        if let Outcome::Skipped { reason } = &check.outcome {
            by_reason.entry(reason).or_default().push(&check.id);
        }
    }
    let mut text = String::new();
    for (reason, ids) in by_reason {
        let _ = writeln!(text, "\n{DIM}skipped: {reason}{DIM:#}");
        for id in ids {
            let _ = writeln!(text, "  {id}");
        }
        push_labelled(&mut text, "hint", &reason.hint(), width);
    }
    text
}

/// The suites of which every check was skipped, with the reasons; and that nothing was judged, where that is so.
pub(crate) fn skipped_suites(record: &RunRecord, width: usize) -> String {
    let mut by_suite = BTreeMap::<&str, Vec<Option<&SkipReason>>>::new();
    for check in &record.checks {
        let reason = match &check.outcome {
            Outcome::Skipped { reason } => Some(reason),
            _ => None,
        };
        by_suite.entry(check.suite()).or_default().push(reason);
    }
    for id in record.unjudged() {
        by_suite.entry(suite_of(id)).or_default().push(None);
    }
    let mut text = String::new();
    for (suite, reasons) in by_suite {
        let Some(reasons) = reasons.into_iter().collect::<Option<Vec<_>>>() else { continue };
        let mut counts = BTreeMap::<String, usize>::new();
        for reason in reasons {
            *counts.entry(reason.to_string()).or_default() += 1;
        }
        let reasons = counts.into_iter().map(|(reason, count)| {
            let noun = if count == 1 { "check" } else { "checks" };
            format!("{count} {noun}: {reason}")
        });
        let reasons = reasons.collect::<Vec<_>>().join("; ");
        push_labelled(&mut text, suite, &reasons, width);
    }
    if !text.is_empty() {
        text.insert_str(0, &format!("\n{YELLOW}skipped as a whole:{YELLOW:#}\n"));
    }
    if record.summary.judged() + record.summary.errored == 0 && record.interruption.is_none() {
        let _ = writeln!(text, "\n{YELLOW}No requirement was judged{YELLOW:#}, so this is no pass.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use record::example::recording_header;
    use record::journal::RunEvent;
    use vocabulary::{Retries, Summary};

    fn record(outcomes: &[(&str, Outcome)]) -> RunRecord {
        let at = Timestamp::UNIX_EPOCH;
        let finished = outcomes.iter().map(|(id, outcome)| {
            let (check, outcome) = ((*id).to_owned(), outcome.clone());
            RunEvent::CheckFinished { check, duration_ms: 1, outcome, evidence_file: None, at }
        });
        let end = RunEvent::RunFinished {
            summary: Summary::default(),
            duration_ms: 1,
            retries: Retries::default(),
            at,
        };
        RunRecord::fold(recording_header().header, finished.chain([end]).collect::<Vec<_>>())
    }

    fn skipped(reason: SkipReason) -> Outcome {
        Outcome::Skipped { reason }
    }

    fn text(record: &RunRecord) -> String {
        anstream::adapter::strip_str(&skipped_suites(record, 80)).to_string()
    }

    #[test]
    fn suites_that_were_skipped_as_a_whole_are_told() {
        let not_allowed = || skipped(SkipReason::NotAllowed { tier: "traffic".to_owned() });
        let passed = Outcome::passed("e");
        let record = record(&[
            ("mesh::a::one", passed),
            ("mesh::a::two", not_allowed()),
            ("https::a::one", not_allowed()),
            ("https::a::two", not_allowed()),
            ("https::a::three", skipped(SkipReason::NeedsCluster)),
        ]);
        insta::assert_snapshot!(text(&record));
    }

    #[test]
    fn that_nothing_was_judged_is_told() {
        insta::assert_snapshot!(text(&record(&[("mtls::a::one", skipped(SkipReason::NeedsCluster))])));
    }

    #[test]
    fn nothing_is_said_where_each_suite_was_judged() {
        let passed = Outcome::passed("e");
        let record = record(&[("mesh::a::one", passed), ("mesh::a::two", skipped(SkipReason::NeedsCluster))]);
        assert_eq!(text(&record), "");
    }
}
