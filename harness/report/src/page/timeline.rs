//! When each check ran, as bars over the time of the run.

use crate::duration::duration;
use crate::page::anchor::{anchor, suite};
use crate::run_record::RunRecord;
use serde::Serialize;
use vocabulary::Outcome;

/// The length of the whole run in the units of the drawing.
const WIDTH: u64 = 1000;
/// What the shortest bar is drawn as.
const LEAST: u64 = 4;

/// When each check ran.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Timeline {
    took: String,
    bars: Vec<Bar>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Bar {
    id: String,
    anchor: String,
    suite: String,
    outcome: &'static str,
    x: u64,
    width: u64,
    from: String,
    took: String,
}

impl Timeline {
    /// The bars of all checks that ran, in the order of the document. Nothing if none did.
    pub(crate) fn of(record: &RunRecord) -> Option<Self> {
        let began = record.header.at.as_millisecond();
        let ran = record.checks.iter().filter(|check| !matches!(check.outcome, Outcome::Skipped { .. }));
        let ran: Vec<_> = ran
            .filter_map(|check| {
                let since = u64::try_from(check.started?.as_millisecond() - began).unwrap_or(0);
                Some((check, since))
            })
            .collect();
        let ends = ran.iter().map(|(check, since)| since.saturating_add(check.duration_ms));
        let total = ends.chain(record.duration_ms).max()?.max(1);
        // What a bundle says that anybody sent can be any number.
        let share =
            |ms: u64| u64::try_from(u128::from(ms) * u128::from(WIDTH) / u128::from(total)).unwrap_or(WIDTH);
        let bars = ran.iter().map(|(check, since)| {
            let width = share(check.duration_ms).clamp(LEAST, WIDTH);
            Bar {
                id: check.id.clone(),
                anchor: anchor(&check.id),
                suite: suite(&check.id).to_owned(),
                outcome: check.outcome.word(),
                x: share(*since).min(WIDTH - width),
                width,
                from: duration(*since),
                took: duration(check.duration_ms),
            }
        });
        let bars: Vec<_> = bars.collect();
        (!bars.is_empty()).then(|| Self { took: duration(total), bars })
    }
}
