//! What an installation or an uninstallation did, a line for each step.

use cluster::apply::ObjectChange;
use cluster::delete::Removal;
use std::fmt;
use std::time::Duration;

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How long it took, with the wait for its conditions.
    pub duration: Duration,
    /// How many objects and containers were created.
    pub created: usize,
    /// How many were there, and differed.
    pub changed: usize,
    /// How many were there, as wanted.
    pub unchanged: usize,
    /// How many were removed.
    pub removed: usize,
    /// How many got the values back that they had before the installation.
    pub restored: usize,
}

impl StepReport {
    /// A step that has done nothing yet.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            duration: Duration::ZERO,
            created: 0,
            changed: 0,
            unchanged: 0,
            removed: 0,
            restored: 0,
        }
    }

    /// Counts an object that was applied.
    pub fn count(&mut self, change: ObjectChange) {
        *match change {
            ObjectChange::Created => &mut self.created,
            ObjectChange::Changed => &mut self.changed,
            ObjectChange::Unchanged => &mut self.unchanged,
        } += 1;
    }

    /// Counts an object that was removed.
    pub fn count_removal(&mut self, removal: Removal) {
        match removal {
            Removal::Deleted => self.removed += 1,
            Removal::Restored => self.restored += 1,
            Removal::Nothing => {}
        }
    }

    /// Whether everything was as wanted.
    pub fn is_unchanged(&self) -> bool {
        self.created + self.changed + self.removed + self.restored == 0
    }
}

impl fmt::Display for StepReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.created, "created"),
            (self.changed, "changed"),
            (self.removed, "removed"),
            (self.restored, "restored"),
        ];
        let parts: Vec<_> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let summary = if parts.is_empty() { "unchanged".to_owned() } else { parts.join(", ") };
        write!(f, "{}: {summary} ({:.1}s)", self.title, self.duration.as_secs_f64())
    }
}

/// What an installation or an uninstallation did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstallReport {
    /// Its steps, in the order in which they ended.
    pub steps: Vec<StepReport>,
}

impl InstallReport {
    /// Whether everything was as wanted.
    pub fn is_unchanged(&self) -> bool {
        self.steps.iter().all(StepReport::is_unchanged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::nothing(&[], "S: unchanged (0.0s)")]
    #[case::again(&[ObjectChange::Unchanged; 2], "S: unchanged (0.0s)")]
    #[case::repaired(&[ObjectChange::Unchanged, ObjectChange::Changed], "S: 1 changed (0.0s)")]
    #[case::grown(&[ObjectChange::Created, ObjectChange::Changed, ObjectChange::Created], "S: 2 created, 1 changed (0.0s)")]
    fn line_counts_what_was_done(#[case] changes: &[ObjectChange], #[case] expected: &str) {
        let mut report = StepReport::new("s", "S");
        for change in changes {
            report.count(*change);
        }
        assert_eq!(report.to_string(), expected);
    }
}
