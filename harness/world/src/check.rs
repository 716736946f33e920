//! A check: its card, and the body that judges.

use crate::context::Context;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use vocabulary::{CheckCard, HarnessError, Verdict};

/// The future that a check's `run` returns.
pub type CheckFuture<'a> = Pin<Box<dyn Future<Output = Result<Verdict, HarnessError>> + Send + 'a>>;

/// One file that proves one requirement.
#[derive(Debug, Clone)]
pub struct Check {
    /// All that is declared of it.
    pub card: CheckCard,
    /// The body.
    pub run: for<'a> fn(&'a Context) -> CheckFuture<'a>,
}

/// A check has all that its card has: `check.id`.
impl Deref for Check {
    type Target = CheckCard;

    fn deref(&self) -> &CheckCard {
        &self.card
    }
}
