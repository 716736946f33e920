//! The front door of `cargo test --test e2e`: libtest's own filter, list, threads and look.
//!
//! libtest knows three outcomes, and shows those; what a check said is in the journal.

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use report::terminal;
use run::{Session, StopRequest};
use std::sync::Arc;
use tokio::runtime::Handle;
use vocabulary::Outcome;

/// Whether nextest started this process. It starts one process a test, and reads a skip at run time as a pass.
pub(crate) fn is_under_nextest() -> bool {
    std::env::var_os("NEXTEST").is_some()
}

/// The trials of a listing, which needs no cluster.
pub(crate) fn list(arguments: &Arguments, ids: &[&'static str]) {
    let trials = ids.iter().map(|id| Trial::test(*id, || Ok(()))).collect();
    // The exit code comes from the journal, not from libtest's conclusion.
    let _ = libtest_mimic::run(arguments, trials);
}

/// Whether the arguments select any of these checks.
pub(crate) fn selects_any(arguments: &Arguments, ids: &[&'static str]) -> bool {
    ids.iter().any(|id| !arguments.is_filtered_out(&Trial::test(*id, || Ok(()))))
}

/// Runs the planned checks as trials, until somebody asks to stop: those that have no verdict by then fail.
pub(crate) fn run(arguments: &Arguments, session: &Arc<Session>, handle: &Handle, stop: &StopRequest) {
    let trials = (0..session.planned().len())
        .map(|index| trial(index, Arc::clone(session), handle.clone(), stop.clone()))
        .collect();
    let _ = libtest_mimic::run(arguments, trials);
}

fn trial(index: usize, session: Arc<Session>, handle: Handle, stop: StopRequest) -> Trial {
    let id = session.planned()[index].check.id;
    Trial::ignorable_test(id, move || {
        let planned = &session.planned()[index];
        let Some(outcome) = handle.block_on(session.run_one_until(planned, &stop)) else {
            return Err(Failed::from("interrupted: it has no verdict"));
        };
        match &outcome {
            Outcome::Passed { .. } | Outcome::Warned { .. } | Outcome::Noted { .. } => {
                Ok(Completion::Completed)
            }
            Outcome::Skipped { reason } => Ok(Completion::ignored_with(reason.to_string())),
            Outcome::Failed { .. } | Outcome::Errored { .. } => Err(Failed::from(terminal::failure(
                &planned.check.card,
                &outcome,
                session.header(),
                None,
                terminal::width(),
            ))),
        }
    })
}
