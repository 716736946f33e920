//! A check for the tests of diagnostics.

use std::time::Duration;
use vocabulary::{CheckCard, Level, Requirement, Tier, Verdict};
use world::Check;

/// A check of the suite `fakes`.
pub(crate) static EXAMPLE_CHECK: Check = Check {
    card: CheckCard {
        id: "fakes::lamps::are_lit",
        title: "t",
        text: "",
        requirement: Requirement { level: Level::Must, statement: "s", source: "s", since: "1" },
        tier: Tier::Read,
        flavours: &[],
        needs: &[],
        places: &[],
        budget: Duration::from_secs(5),
        remediation: "r",
        findings: &[],
        formerly: &[],
    },
    run: |_| Box::pin(async { Ok(Verdict::upheld("")) }),
};
