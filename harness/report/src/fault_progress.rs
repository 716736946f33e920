//! The progress of trying faults, on stderr: one line that changes in a terminal, a line for each fault elsewhere.

use crate::fault_report::TriedFault;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(120);

/// The progress of trying faults.
#[derive(Debug)]
pub struct FaultProgress {
    bar: ProgressBar,
    prints_lines: bool,
}

impl FaultProgress {
    /// Of so many faults, or of work that is counted in none.
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

    /// A fault is about to be tried.
    pub fn begin(&self, id: &str) {
        self.bar.set_prefix(id.to_owned());
        self.bar.set_message("");
    }

    /// Shows what is being done, on a terminal only.
    pub fn show_step(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// A fault was tried; elsewhere than on a terminal its line is printed.
    pub fn end(&self, tried: &TriedFault) {
        self.bar.inc(1);
        if self.prints_lines {
            let TriedFault { check, fault, outcome, detail, durations, .. } = tried;
            let seconds = Duration::from_millis(durations.total_ms()).as_secs_f64();
            let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
            // If stderr is gone, there is nowhere to report it.
            let _ = writeln!(io::stderr(), "{outcome} {check}/{fault} ({seconds:.1}s){detail}");
        }
    }

    /// Prints a line that belongs to no fault.
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
