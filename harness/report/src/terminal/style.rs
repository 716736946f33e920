//! The styles of what is printed. What is meant never depends on them.

use anstyle::{AnsiColor, Style};
use vocabulary::Outcome;

/// Of what is right.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Of what is wrong.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// Of what a person may want to look at.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Of what can be passed over.
pub const DIM: Style = Style::new().dimmed();
/// Of titles.
pub const BOLD: Style = Style::new().bold();
/// Of all else.
pub const PLAIN: Style = Style::new();

/// The style of an outcome.
pub(crate) fn of_outcome(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Passed { .. } => GREEN,
        Outcome::Failed { .. } | Outcome::Errored { .. } => RED,
        Outcome::Warned { .. } => YELLOW,
        Outcome::Noted { .. } | Outcome::Skipped { .. } => DIM,
    }
}
