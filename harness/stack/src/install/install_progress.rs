//! The progress of an installation on stderr: spinners on a terminal, a line for each step elsewhere.

use crate::install::install_report::StepReport;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often a spinner moves.
const TICK: Duration = Duration::from_millis(120);

/// What happened to a step.
#[derive(Debug)]
pub enum InstallEvent<'a> {
    /// It began.
    Started {
        /// Its title.
        title: &'a str,
    },
    /// It waits for a condition.
    Waiting {
        /// Its title.
        title: &'a str,
        /// What is seen instead of the condition.
        text: &'a str,
    },
    /// It is done.
    Ended {
        /// What it did.
        report: &'a StepReport,
    },
    /// It failed. The error of the installation says why.
    Failed {
        /// Its title.
        title: &'a str,
    },
}

/// Shows a person the progress of an installation.
pub trait InstallProgress: Send + Sync {
    /// Shows an event. It neither fails nor blocks.
    fn show(&self, event: &InstallEvent<'_>);
}

/// Spinners where stderr is a terminal, lines where it is not.
pub fn progress_on_stderr() -> Box<dyn InstallProgress> {
    if io::stderr().is_terminal() {
        Box::new(ProgressSpinners::default())
    } else {
        Box::new(ProgressLines::new(io::stderr()))
    }
}

/// A line for each step that ended.
#[derive(Debug)]
pub struct ProgressLines<W>(Mutex<W>);

impl<W: Write> ProgressLines<W> {
    /// Writes to `writer`.
    pub fn new(writer: W) -> Self {
        Self(Mutex::new(writer))
    }
}

impl<W: Write + Send> InstallProgress for ProgressLines<W> {
    fn show(&self, event: &InstallEvent<'_>) {
        let line = match event {
            InstallEvent::Ended { report } => report.to_string(),
            InstallEvent::Failed { title } => format!("{title}: failed"),
            InstallEvent::Started { .. } | InstallEvent::Waiting { .. } => return,
        };
        // If stderr is gone there is nowhere to report it.
        let _ = writeln!(self.0.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
    }
}

/// A spinner for each step that runs, with what it waits for.
#[derive(Debug, Default)]
pub struct ProgressSpinners {
    all: MultiProgress,
    /// By the steps' titles.
    running: Mutex<BTreeMap<String, ProgressBar>>,
}

impl ProgressSpinners {
    fn end(&self, title: &str, line: &str) {
        if let Some(bar) = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(title) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
        let _ = self.all.println(line);
    }
}

/// Clears the spinners of an installation that failed, so that its error is not mixed with them.
impl Drop for ProgressSpinners {
    fn drop(&mut self) {
        let _ = self.all.clear();
    }
}

impl InstallProgress for ProgressSpinners {
    fn show(&self, event: &InstallEvent<'_>) {
        match event {
            InstallEvent::Started { title } => {
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
            InstallEvent::Waiting { title, text } => {
                let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(bar) = running.get(*title) {
                    bar.set_message((*text).to_owned());
                }
            }
            InstallEvent::Ended { report } => self.end(&report.title, &report.to_string()),
            InstallEvent::Failed { title } => self.end(title, &format!("{title}: failed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cluster::apply::ObjectChange;

    #[test]
    fn step_is_shown_as_a_line() {
        let mut lines = Vec::new();
        {
            let progress = ProgressLines::new(&mut lines);
            let mut report = StepReport::new("istio", "Istio");
            report.duration = Duration::from_millis(9_140);
            (0..51).for_each(|_| report.count(ObjectChange::Created));
            progress.show(&InstallEvent::Started { title: "Istio" });
            progress.show(&InstallEvent::Waiting {
                title: "Istio",
                text: "Deployment a/b: 0/1 replicas available",
            });
            progress.show(&InstallEvent::Ended { report: &report });
            progress.show(&InstallEvent::Failed { title: "Knative Serving" });
        }
        insta::assert_snapshot!(String::from_utf8(lines).unwrap(), @r"
        Istio: 51 created (9.1s)
        Knative Serving: failed
        ");
    }
}
