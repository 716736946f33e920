//! A line that says what a run is doing, while it does it; only on a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use record::journal::{Event, Reader};
use std::collections::BTreeSet;

/// See the module text.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    under_way: BTreeSet<String>,
}

impl Progress {
    /// A line for a run of so many checks. Without a terminal, indicatif draws nothing.
    pub fn new(checks: usize) -> Self {
        let bar = ProgressBar::new(checks as u64);
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, under_way: BTreeSet::new() }
    }
}

impl Reader for Progress {
    fn read(&mut self, event: &Event) {
        match event {
            Event::CheckStarted { check, .. } => {
                self.under_way.insert(check.clone());
            }
            Event::CheckFinished { check, .. } => {
                self.under_way.remove(check);
                self.bar.inc(1);
            }
            Event::RunFinished { .. } => self.bar.finish_and_clear(),
            Event::RunStarted(_) => {}
        }
        if let Some(first) = self.under_way.first() {
            self.bar.set_message(first.clone());
        }
    }
}
