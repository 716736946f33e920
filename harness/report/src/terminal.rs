//! What a person reads in a terminal: each check in a line, each failure with all that is needed to act on it.

use crate::changed::Changed;
use crate::duration::duration;
use crate::formats::file_list;
use crate::run_record::RunRecord;
use anstyle::{AnsiColor, Style};
use record::journal::RunHeader;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use vocabulary::{CheckCard, Finding, Outcome, SkipReason, Summary};

const LABEL: usize = 12;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Said first when no cluster is named.
pub const NO_CLUSTER: &str = "No cluster is named, so this is a recording. Yours: meshproof run --context NAME\n\
                              which only reads it. To see failures: meshproof run --recording broken\n";

/// The first lines of a replay: what is judged again, and which verdicts are others now.
pub fn replay(made: &RunHeader, changed: &[Changed], new: &[&str]) -> String {
    let mut text = format!(
        "The bundle of run {}, which meshproof {} made on {}, judged again.\n",
        made.run,
        made.version,
        made.at.strftime("%Y-%m-%d %H:%M UTC")
    );
    for Changed { check, before, now, why } in changed {
        let _ =
            writeln!(text, "{YELLOW}changed{YELLOW:#} {check}: {} → {}; {why}", before.word(), now.word());
    }
    if changed.is_empty() {
        text.push_str("Every verdict is the same.\n");
    }
    if !new.is_empty() {
        let _ = writeln!(text, "Not in the bundle, since they are new: {}", new.join(", "));
    }
    text.push('\n');
    text
}

/// The first lines of a run.
pub fn header(header: &RunHeader) -> String {
    let mut text = format!(
        "{BOLD}meshproof {}{BOLD:#} on {}: flavour {} ({})\n",
        header.version, header.cluster, header.flavour, header.evidence
    );
    if !header.versions.is_empty() {
        let found = header.versions.iter().map(|(product, version)| format!("{product} {version}"));
        let _ = writeln!(text, "{DIM}found: {}{DIM:#}", found.collect::<Vec<_>>().join(", "));
    }
    let _ = writeln!(text, "{DIM}run {}, allowed: {}{DIM:#}", header.run, header.allowed);
    text
}

/// How wide the terminal is, within what reads well.
pub fn width() -> usize {
    textwrap::termwidth().clamp(60, 100)
}

/// Everything after the first lines: the checks by suite, the failures, the skips by reason, the count.
pub fn body(record: &RunRecord, checks: &[&CheckCard], folder: &Path, width: usize) -> String {
    let mut text = String::new();
    let mut suite = "";
    for entry in &record.checks {
        let (own_suite, behaviour) = entry.id.split_once("::").unwrap_or(("", &entry.id));
        if own_suite != suite {
            suite = own_suite;
            let _ = writeln!(text, "\n{BOLD}{suite}{BOLD:#}");
        }
        let style = style(&entry.outcome);
        let _ = writeln!(text, "  {style}{:<7}{style:#} {behaviour}", entry.outcome.word());
        if let Outcome::Passed { evidence } = &entry.outcome {
            let _ = writeln!(text, "          {DIM}{}{DIM:#}", shortened(evidence, width.saturating_sub(10)));
        }
    }
    for entry in &record.checks {
        if let Some(check) = checks.iter().find(|check| check.id == entry.id)
            && !matches!(entry.outcome, Outcome::Passed { .. } | Outcome::Skipped { .. })
        {
            let evidence = entry.evidence_file.as_ref().map(|file| folder.join(file));
            text.push('\n');
            text.push_str(&failure(check, &entry.outcome, &record.header, evidence.as_deref(), width));
        }
    }
    text.push_str(&skips(record, width));
    text.push_str(&summary(&record.summary, record.duration_ms));
    let _ = writeln!(text, "{DIM}{} are in {}{DIM:#}", file_list(), folder.display());
    text
}

/// A violation or an error with all that is needed to act on it.
pub fn failure(
    check: &CheckCard,
    outcome: &Outcome,
    header: &RunHeader,
    evidence: Option<&Path>,
    width: usize,
) -> String {
    let line = |text: &mut String, label: &str, value: &str| line(text, label, value, width);
    let style = style(outcome);
    let mut text = format!("{style}{}{style:#} {BOLD}{}{BOLD:#}\n", outcome.word().to_uppercase(), check.id);
    let findings = outcome.findings();
    for (index, finding) in findings.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&finding_lines(finding, width));
    }
    if let Outcome::Errored { error } = outcome {
        line(&mut text, "error", error);
    }
    let requirement = &check.requirement;
    line(&mut text, "requirement", &format!("{}: {}", requirement.level, requirement.statement));
    line(&mut text, "", requirement.source);
    if !findings.is_empty() {
        line(&mut text, "hint", check.remediation);
    }
    if let Some(evidence) = evidence {
        line(&mut text, "evidence", &evidence.display().to_string());
    }
    line(&mut text, "rerun", &format!("meshproof run {}{}", check.id, header.rerun));
    text
}

fn finding_lines(finding: &Finding, width: usize) -> String {
    let line = |text: &mut String, label: &str, value: &str| line(text, label, value, width);
    let mut text = String::new();
    line(&mut text, "finding", &finding.code);
    line(&mut text, "object", &finding.object.to_string());
    line(&mut text, "field", &finding.field);
    line(&mut text, "expected", &finding.expected);
    let waited = finding.waited_ms.map_or(String::new(), |waited| {
        format!(
            " (last seen after {})",
            humantime::format_duration(std::time::Duration::from_secs(waited / 1000))
        )
    });
    line(&mut text, "observed", &format!("{}{waited}", finding.observed));
    text
}

fn line(text: &mut String, label: &str, value: &str, width: usize) {
    let indent = " ".repeat(2 + LABEL + 1);
    let first = format!("  {label:<LABEL$} ");
    let options = textwrap::Options::new(width)
        .initial_indent(&first)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    text.push_str(&textwrap::fill(value, options));
    text.push('\n');
}

/// The text, cut with an ellipsis where it does not fit.
fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).collect::<String>() + "…"
}

fn skips(record: &RunRecord, width: usize) -> String {
    let mut by_reason = BTreeMap::<&SkipReason, Vec<&str>>::new();
    for entry in &record.checks {
        if let Outcome::Skipped { reason } = &entry.outcome {
            by_reason.entry(reason).or_default().push(&entry.id);
        }
    }
    let mut text = String::new();
    for (reason, ids) in by_reason {
        let _ = writeln!(text, "\n{DIM}skipped: {reason}{DIM:#}");
        for id in ids {
            let _ = writeln!(text, "  {id}");
        }
        line(&mut text, "hint", &reason.hint(), width);
    }
    text
}

fn summary(summary: &Summary, duration_ms: Option<u64>) -> String {
    let mut parts = vec![format!("{GREEN}{} passed{GREEN:#}", summary.passed)];
    for (count, word, style) in [
        (summary.failed, "failed", RED),
        (summary.errored, "errored", RED),
        (summary.warned, "warned", YELLOW),
        (summary.noted, "noted", DIM),
        (summary.skipped, "skipped", DIM),
    ] {
        if count > 0 {
            parts.push(format!("{style}{count} {word}{style:#}"));
        }
    }
    let took = duration_ms.map_or(String::new(), |ms| format!(" in {}", duration(ms)));
    let noun = if summary.total() == 1 { "check" } else { "checks" };
    format!("\n{} {noun}: {}{took}\n", summary.total(), parts.join(", "))
}

fn style(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Passed { .. } => GREEN,
        Outcome::Failed { .. } | Outcome::Errored { .. } => RED,
        Outcome::Warned { .. } => YELLOW,
        Outcome::Noted { .. } | Outcome::Skipped { .. } => DIM,
    }
}
