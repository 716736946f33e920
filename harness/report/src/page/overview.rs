//! What the page says of all checks together: the verdict, the counts, the facts of the run, and the timeline.

use crate::duration::readable_ms;
use crate::page::layers::{Fact, fact};
use crate::page::page_input::{CheckHeading, PageInput};
use crate::run_record::RunRecord;
use serde::Serialize;
use vocabulary::{Outcome, Summary};

/// How many checks ended in one way.
#[derive(Debug, Serialize)]
pub(crate) struct OutcomeCount {
    word: &'static str,
    count: usize,
}

/// The page in a sentence.
pub(crate) fn verdict(record: &RunRecord) -> String {
    let judged = verdict_of_judged(&record.summary);
    match &record.interruption {
        Some(interruption) => {
            let (by, count) = (&interruption.by, interruption.unjudged.len());
            let (noun, verb) = if count == 1 { ("check", "has") } else { ("checks", "have") };
            format!("Interrupted by {by}: {count} {noun} {verb} no verdict. Of the others: {judged}")
        }
        None => judged,
    }
}

fn verdict_of_judged(summary: &Summary) -> String {
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

/// How many checks ended in which way, what is wrong first.
pub(crate) fn outcome_counts(record: &RunRecord) -> Vec<OutcomeCount> {
    let summary = &record.summary;
    let all = [
        ("interrupted", record.unjudged().len()),
        ("failed", summary.failed),
        ("errored", summary.errored),
        ("warned", summary.warned),
        ("noted", summary.noted),
        ("passed", summary.passed),
        ("skipped", summary.skipped),
    ];
    all.into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| OutcomeCount { word, count })
        .collect()
}

/// What the run was about.
pub(crate) fn run_facts(record: &RunRecord) -> Vec<Fact> {
    let header = &record.header;
    let took = record.duration_ms.map_or("it did not end by itself".to_owned(), readable_ms);
    let versions: Vec<_> =
        header.versions.iter().map(|(product, version)| format!("{product} {version}")).collect();
    let mut facts = vec![
        fact("cluster", &header.cluster),
        fact("flavour", format!("{} ({})", header.flavour, header.evidence)),
    ];
    facts.extend((!versions.is_empty()).then(|| fact("found", versions.join(", "))));
    facts.extend([
        fact("allowed", &header.allowed),
        fact("began", header.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        fact("took", took),
        fact("run", &header.run),
        fact("meshproof", &header.version),
    ]);
    facts.extend(header.warnings.iter().map(|warning| fact("warning", warning)));
    facts
}

/// The length of the whole run in the units of the drawing.
const TIMELINE_WIDTH: u64 = 1000;
/// The length of the shortest bar.
const MIN_BAR_WIDTH: u64 = 4;

/// When each check ran, as bars over the time of the run.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Timeline {
    took: String,
    bars: Vec<TimelineBar>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct TimelineBar {
    #[serde(flatten)]
    heading: CheckHeading,
    outcome: &'static str,
    x: u64,
    width: u64,
    from: String,
    took: String,
}

impl Timeline {
    /// The bars of all checks that ran, in the order of the document. None if none did.
    pub(crate) fn new(input: &PageInput<'_>) -> Option<Self> {
        let record = input.record;
        let run_start = record.header.at.as_millisecond();
        let ran = record.checks.iter().filter(|check| !matches!(check.outcome, Outcome::Skipped { .. }));
        let starts: Vec<_> = ran
            .filter_map(|check| {
                let start = u64::try_from(check.started?.as_millisecond() - run_start).unwrap_or(0);
                Some((check, start))
            })
            .collect();
        let ends = starts.iter().map(|(check, start)| start.saturating_add(check.duration_ms));
        let total = ends.chain(record.duration_ms).max()?.max(1);
        // The times of a bundle that somebody sent can be any numbers.
        let scale = |ms: u64| {
            u64::try_from(u128::from(ms) * u128::from(TIMELINE_WIDTH) / u128::from(total))
                .unwrap_or(TIMELINE_WIDTH)
        };
        let bars = starts.iter().map(|(check, start)| {
            let width = scale(check.duration_ms).clamp(MIN_BAR_WIDTH, TIMELINE_WIDTH);
            TimelineBar {
                heading: input.heading(check),
                outcome: check.outcome.word(),
                x: scale(*start).min(TIMELINE_WIDTH - width),
                width,
                from: readable_ms(*start),
                took: readable_ms(check.duration_ms),
            }
        });
        let bars: Vec<_> = bars.collect();
        (!bars.is_empty()).then(|| Self { took: readable_ms(total), bars })
    }
}
