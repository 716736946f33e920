//! Runs checks: all at once, each under its budget, each outcome noted in the journal.

pub mod libtest;
mod session;

pub(crate) use session::new_run_id;
pub use session::{RunError, Session, Source, discover};

use crate::check::{Check, Flavour};
use crate::context::{Context, Observations};
use crate::error::{HarnessError, chain};
use crate::finding::Verdict;
use crate::inputs::Inputs;
use crate::outcome::Outcome;
use crate::traffic::Traffic;
use crate::world::World;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// The outcome of a check, and the answers on which it was judged.
#[derive(Debug)]
pub struct Attempt {
    /// How it ended.
    pub outcome: Outcome,
    /// What the check was given.
    pub observations: Observations,
}

/// Runs a check once, within its budget. A panic is a bug in the check and makes it *errored*.
///
/// The places that it needs are made first, in a time of their own.
pub async fn attempt(
    check: &'static Check,
    world: Arc<World>,
    traffic: Option<Arc<Traffic>>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
) -> Attempt {
    if let Some(traffic) = &traffic
        && let Err(source) = traffic.prepare(check.places).await
    {
        let error = chain(&HarnessError::Traffic { source: Arc::new(source) });
        return Attempt { outcome: Outcome::Errored { error }, observations: Observations::default() };
    }
    let context = Context::new(check, world, traffic, inputs, flavour);
    let body = AssertUnwindSafe((check.run)(&context)).catch_unwind();
    let verdict = match tokio::time::timeout(context.budget(), body).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => Err(HarnessError::Bug(panic_text(panic.as_ref()))),
        Err(_) => {
            Err(HarnessError::BudgetEnded { budget: context.budget().into(), last_seen: context.last_seen() })
        }
    };
    let outcome = match verdict {
        Ok(Verdict::Upheld { evidence }) => Outcome::Passed { evidence },
        Ok(Verdict::Violated(findings)) => Outcome::of_violation(check.requirement.level, findings),
        Ok(Verdict::NotApplicable(reason)) => Outcome::Skipped { reason },
        Err(error) => Outcome::Errored { error: chain(&error) },
    };
    Attempt { outcome, observations: context.observations() }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic").to_owned()
}
