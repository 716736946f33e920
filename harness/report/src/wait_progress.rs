//! Says on stderr what is waited for: one line that changes in a terminal, one line elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};

/// What is waited for, on stderr.
#[derive(Debug)]
pub struct WaitProgress {
    /// None elsewhere than in a terminal.
    bar: Option<ProgressBar>,
    has_printed: bool,
}

impl WaitProgress {
    /// Nothing is said yet.
    pub fn on_stderr() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, has_printed: false }
    }

    /// Says what is waited for. Elsewhere than in a terminal, only the first time.
    pub fn show(&mut self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
            bar.tick();
        } else if !self.has_printed {
            self.has_printed = true;
            // If stderr is gone, there is nowhere to report it.
            // none: nothing depends on what is told, and there is no other place to tell it
            let _ = writeln!(io::stderr(), "{what}");
        }
    }
}

impl Drop for WaitProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
