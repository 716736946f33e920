//! Telling a person how it goes: bars on a terminal, a line a step everywhere else.

use crate::install::report::StepReport;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(120);

/// What happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// A step began.
    Started {
        /// Its title.
        title: &'a str,
    },
    /// A step waits, and this is what it sees.
    Seen {
        /// Its title.
        title: &'a str,
        /// What it sees.
        text: &'a str,
    },
    /// A step is done.
    Ended {
        /// What it did.
        report: &'a StepReport,
    },
    /// A step failed; the error tells why.
    Failed {
        /// Its title.
        title: &'a str,
    },
}

/// Who is told.
pub trait Progress: Send + Sync {
    /// Takes note of an event. It neither fails nor waits.
    fn tell(&self, event: &Event<'_>);
}

/// Bars where stderr is a terminal, lines where it is not.
pub fn on_stderr() -> Box<dyn Progress> {
    if io::stderr().is_terminal() { Box::new(Bars::default()) } else { Box::new(Lines::new(io::stderr())) }
}

/// A line for each step that ended.
#[derive(Debug)]
pub struct Lines<W>(Mutex<W>);

impl<W: Write> Lines<W> {
    /// Writes to `writer`.
    pub fn new(writer: W) -> Self {
        Self(Mutex::new(writer))
    }
}

impl<W: Write + Send> Progress for Lines<W> {
    fn tell(&self, event: &Event<'_>) {
        let line = match event {
            Event::Ended { report } => report.to_string(),
            Event::Failed { title } => format!("{title}: failed"),
            Event::Started { .. } | Event::Seen { .. } => return,
        };
        // There is nobody to be told that nobody can be told.
        let _ = writeln!(self.0.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
    }
}

/// A spinning line for each step that runs, and what it sees.
#[derive(Debug, Default)]
pub struct Bars {
    all: MultiProgress,
    running: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Bars {
    fn end(&self, title: &str, line: &str) {
        if let Some(bar) = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(title) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
        let _ = self.all.println(line);
    }
}

/// What still spins when an installation is given up is wiped away, so that the error stands alone.
impl Drop for Bars {
    fn drop(&mut self) {
        let _ = self.all.clear();
    }
}

impl Progress for Bars {
    fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Started { title } => {
                let bar = self.all.add(ProgressBar::new_spinner().with_prefix((*title).to_owned()));
                if let Ok(style) =
                    ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}")
                {
                    bar.set_style(style);
                }
                bar.enable_steady_tick(TICK);
                let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
                running.insert((*title).to_owned(), bar);
            }
            Event::Seen { title, text } => {
                let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(bar) = running.get(*title) {
                    bar.set_message((*text).to_owned());
                }
            }
            Event::Ended { report } => self.end(&report.title, &report.to_string()),
            Event::Failed { title } => self.end(title, &format!("{title}: failed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cluster::apply::Change;

    #[test]
    fn step_is_a_line() {
        let mut lines = Vec::new();
        {
            let progress = Lines::new(&mut lines);
            let mut report = StepReport::new("istio", "Istio");
            report.took = Duration::from_millis(9_140);
            (0..51).for_each(|_| report.count(Change::Created));
            progress.tell(&Event::Started { title: "Istio" });
            progress.tell(&Event::Seen { title: "Istio", text: "Deployment a/b: 0/1 replicas available" });
            progress.tell(&Event::Ended { report: &report });
            progress.tell(&Event::Failed { title: "Knative Serving" });
        }
        insta::assert_snapshot!(String::from_utf8(lines).unwrap(), @r"
        Istio: 51 created (9.1s)
        Knative Serving: failed
        ");
    }
}
