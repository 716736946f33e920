//! The progress of a run: one line that changes, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use record::journal::{EventReader, RunEvent};
use std::collections::BTreeSet;

/// The progress of a run, read from its journal.
#[derive(Debug)]
pub struct RunProgress {
    bar: ProgressBar,
    running: BTreeSet<String>,
}

impl RunProgress {
    /// Of a run of so many checks. Without a terminal, indicatif draws nothing.
    pub fn new(checks: usize) -> Self {
        let bar = ProgressBar::new(checks as u64);
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, running: BTreeSet::new() }
    }
}

impl EventReader for RunProgress {
    fn read(&mut self, event: &RunEvent) {
        match event {
            RunEvent::CheckStarted { check, .. } => {
                self.running.insert(check.clone());
            }
            RunEvent::CheckFinished { check, .. } => {
                self.running.remove(check);
                self.bar.inc(1);
            }
            RunEvent::RunFinished { .. } | RunEvent::RunInterrupted { .. } => self.bar.finish_and_clear(),
            RunEvent::RunStarted(_) | RunEvent::RunPlanned { .. } => {}
        }
        if let Some(first) = self.running.first() {
            self.bar.set_message(first.clone());
        }
    }
}
