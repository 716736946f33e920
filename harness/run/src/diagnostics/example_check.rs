//! A check for the tests of diagnostics.

use vocabulary::Verdict;
use vocabulary::example::CARD;
use world::Check;

/// A check of the suite `fakes`.
pub(crate) static EXAMPLE_CHECK: Check =
    Check { card: CARD, run: |_| Box::pin(async { Ok(Verdict::upheld("")) }) };
