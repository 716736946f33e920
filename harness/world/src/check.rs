//! A check: its card, and the function that judges.

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
    /// What the check declares of itself.
    pub card: CheckCard,
    /// The function that judges.
    pub run: for<'a> fn(&'a Context) -> CheckFuture<'a>,
}

/// The fields of the card are read through the check: `check.id`.
impl Deref for Check {
    type Target = CheckCard;

    fn deref(&self) -> &CheckCard {
        &self.card
    }
}
