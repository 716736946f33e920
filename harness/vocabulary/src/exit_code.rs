//! Every exit code with its meaning, which never changes and is the same for every output format.

use crate::outcome::Summary;
use std::process;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Every requirement that was judged holds, or the command did what it was asked to.
    Passed = 0,
    /// A Must is violated (with `--strict`, or a Should).
    Failed = 1,
    /// The command line or an input is wrong.
    Usage = 2,
    /// A check could not tell and no Must is known to be violated, or the command was interrupted.
    Errored = 3,
    /// No requirement was judged: nothing was selected, or all that was selected was skipped.
    NothingJudged = 4,
    /// There is no cluster to work with, or it refuses.
    Environment = 5,
    /// A check did not pass before its faults were tried.
    BaselineFailed = 6,
    /// A fault was not caught, or could not be tried or healed.
    FaultMissed = 7,
    /// A bug in meshproof.
    Bug = 70,
}

impl ExitCode {
    /// Every code with what it means, in order.
    pub const ALL: &[(Self, &'static str)] = &[
        (Self::Passed, "every requirement that was judged holds, or the command did what it was asked to"),
        (Self::Failed, "a Must is violated (with `--strict`, or a Should)"),
        (Self::Usage, "the command line or an input is wrong"),
        (
            Self::Errored,
            "a check could not tell and no Must is known to be violated, or the command was interrupted",
        ),
        (
            Self::NothingJudged,
            "no requirement was judged: nothing was selected, or all that was selected was skipped",
        ),
        (Self::Environment, "there is no cluster to work with, or it refuses"),
        (Self::BaselineFailed, "a check did not pass before its faults were tried"),
        (Self::FaultMissed, "a fault was not caught, or could not be tried or healed"),
        (Self::Bug, "a bug in meshproof"),
    ];

    /// The code of a run with these outcomes. `strict`: a violated Should fails it.
    pub fn of_outcomes(summary: &Summary, strict: bool) -> Self {
        match summary {
            Summary { failed: 1.., .. } => Self::Failed,
            Summary { errored: 1.., .. } => Self::Errored,
            Summary { warned: 1.., .. } if strict => Self::Failed,
            _ if summary.judged() == 0 => Self::NothingJudged,
            _ => Self::Passed,
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::a_failure_outweighs_an_error(Summary { failed: 1, errored: 1, ..Summary::default() }, false, ExitCode::Failed)]
    #[case::an_error_is_no_pass(Summary { passed: 9, errored: 1, ..Summary::default() }, false, ExitCode::Errored)]
    #[case::a_warning_passes(Summary { passed: 9, warned: 1, ..Summary::default() }, false, ExitCode::Passed)]
    #[case::a_warning_fails_when_strict(Summary { passed: 9, warned: 1, ..Summary::default() }, true, ExitCode::Failed)]
    #[case::nothing_was_selected(Summary::default(), false, ExitCode::NothingJudged)]
    #[case::all_was_skipped(Summary { skipped: 40, ..Summary::default() }, false, ExitCode::NothingJudged)]
    #[case::one_was_judged(Summary { skipped: 39, passed: 1, ..Summary::default() }, false, ExitCode::Passed)]
    #[case::a_may_was_judged(Summary { skipped: 39, noted: 1, ..Summary::default() }, false, ExitCode::Passed)]
    fn outcomes_decide_the_code(#[case] summary: Summary, #[case] strict: bool, #[case] expected: ExitCode) {
        assert_eq!(ExitCode::of_outcomes(&summary, strict), expected);
    }
}
