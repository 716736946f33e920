//! Telling a person how it goes with the faults: a line at the bottom of a terminal, a line a fault everywhere else.

use crate::fault_report::Tried;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(120);

/// See the module text.
#[derive(Debug)]
pub struct FaultProgress {
    bar: ProgressBar,
    prints_lines: bool,
}

impl FaultProgress {
    /// For so many faults, on stderr.
    pub fn on_stderr(faults: usize) -> Self {
        let prints_lines = !io::stderr().is_terminal();
        let bar = ProgressBar::new(faults as u64);
        if prints_lines {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.enable_steady_tick(TICK);
        }
        let count = if faults == 0 { "" } else { "{pos}/{len} " };
        if let Ok(style) =
            ProgressStyle::with_template(&format!("{{spinner}} {count}{{prefix}} {{wide_msg:.dim}}"))
        {
            bar.set_style(style);
        }
        Self { bar, prints_lines }
    }

    /// A fault is tried.
    pub fn begin(&self, id: &str) {
        self.bar.set_prefix(id.to_owned());
        self.bar.set_message("");
    }

    /// What is done now.
    pub fn now(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// A fault was tried.
    pub fn end(&self, tried: &Tried) {
        self.bar.inc(1);
        if self.prints_lines {
            let Tried { check, fault, outcome, detail, durations, .. } = tried;
            let seconds = Duration::from_millis(durations.total_ms()).as_secs_f64();
            let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
            // There is nobody to be told that nobody can be told.
            let _ = writeln!(io::stderr(), "{outcome} {check}/{fault} ({seconds:.1}s){detail}");
        }
    }

    /// Something apart from any fault.
    pub fn note(&self, text: &str) {
        if self.prints_lines {
            let _ = writeln!(io::stderr(), "{text}");
        } else {
            self.bar.println(text);
        }
    }
}

impl Drop for FaultProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
