//! The faults that were tried: each in a line below its check, with the reason where one was not caught.

use crate::duration::readable_ms;
use crate::fault_report::{Fate, FaultReport, TriedFault};
use crate::terminal::style::{BOLD, DIM, GREEN, RED};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// Where the second column begins.
const INDENT: usize = 19;
/// How wide the column of times is.
const TIME: usize = 7;

/// `folder` is the run's.
pub fn fault_table(report: &FaultReport, folder: &Path, width: usize) -> String {
    let mut text = String::new();
    let mut check = "";
    for tried in &report.faults {
        if tried.check != check {
            check = &tried.check;
            let _ = writeln!(text, "\n{BOLD}{check}{BOLD:#}");
        }
        text.push_str(&fault_lines(tried, width));
    }
    if let Some(by) = &report.interrupted_by {
        let _ = writeln!(text, "\n{RED}INTERRUPTED{RED:#} by {by}");
    }
    let _ = writeln!(text, "\n{}", textwrap::fill(&summary(report), width));
    let _ = writeln!(text, "{DIM}{}{DIM:#}", FaultReport::path(folder).display());
    text
}

fn fault_lines(tried: &TriedFault, width: usize) -> String {
    let style = match tried.outcome {
        Fate::Caught => GREEN,
        Fate::Refused | Fate::RecordingOnly | Fate::Pending => DIM,
        _ => RED,
    };
    let name = tried.fault.strip_prefix("fault-").unwrap_or(&tried.fault);
    let took = format!("{:.1}s", Duration::from_millis(tried.durations.total_ms()).as_secs_f64());
    let fault = format!("{name} → {}", tried.finding);
    let room = width.saturating_sub(INDENT + TIME);
    let mut text = format!("  {style}{:<15}{style:#}  {fault:<room$}{took:>TIME$}\n", tried.outcome);
    let indent = " ".repeat(INDENT);
    let options = textwrap::Options::new(width).initial_indent(&indent).subsequent_indent(&indent);
    for line in textwrap::wrap(&tried.detail, options).iter().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(text, "{DIM}{line}{DIM:#}");
    }
    text
}

fn summary(report: &FaultReport) -> String {
    let total = report.faults.len();
    let counts: Vec<_> = Fate::ALL
        .iter()
        .map(|fate| (report.count(*fate), fate))
        .filter(|(count, _)| *count > 0)
        .map(|(count, fate)| format!("{count} {fate}"))
        .collect();
    let rest = match report.not_tried {
        0 => String::new(),
        count => format!(", {count} not tried"),
    };
    let took = match report.duration_ms {
        short @ ..10_000 => readable_ms(short),
        long => humantime::format_duration(Duration::from_secs(long / 1000)).to_string(),
    };
    let noun = if total == 1 { "fault" } else { "faults" };
    format!("{total} {noun}: {}{rest} in {took}", counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault_report::FaultDurations;

    fn tried(fault: &str, outcome: Fate, detail: &str) -> TriedFault {
        TriedFault {
            check: "mesh::mtls::is_strict_mesh_wide".to_owned(),
            fault: fault.to_owned(),
            finding: "mode-not-strict".to_owned(),
            outcome,
            detail: detail.to_owned(),
            durations: FaultDurations { inject_ms: 120, catch_ms: 80, heal_ms: 2_100 },
        }
    }

    #[test]
    fn every_fate_is_printed_within_80_columns() {
        let other =
            "it changes other checks: gateways::ingress::service_carries_the_label is failed label-missing";
        let report = FaultReport {
            duration_ms: 72_900,
            not_tried: 3,
            faults: vec![
                tried("fault-permissive", Fate::Caught, ""),
                tried("fault-other", Fate::Missed, other),
                tried("fault-none", Fate::Unviable, "it changed nothing"),
                tried(
                    "fault-slow",
                    Fate::Timeout,
                    "after the heal mesh::control_plane::is_ready is errored: no answer",
                ),
                tried(
                    "fault-early",
                    Fate::BaselineFailed,
                    "expected: passed; observed: failed mode-not-strict",
                ),
                tried(
                    "fault-typed",
                    Fate::Refused,
                    "could not replace ConfigMap knative-serving/config-network: admission webhook \"config.webhook.serving.knative.dev\" denied the request (400)",
                ),
                tried(
                    "fault-taken",
                    Fate::NotRefused,
                    "expected: refused by config.webhook.serving.knative.dev; observed: accepted",
                ),
                tried("fault-odd", Fate::RecordingOnly, "no release of Istio that runs has it"),
            ],
            ..FaultReport::new("r", "kind cluster meshproof")
        };
        let text = anstream::adapter::strip_str(&fault_table(&report, Path::new("out/r"), 80)).to_string();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }
}
