//! Collecting, over an API server that is a function.

use super::*;
use crate::check::{Check, Level, Requirement};

/// A check of the suite `fakes`.
pub(in crate::evidence) fn check() -> &'static Check {
    static CHECK: Check = Check {
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
        run: |_| Box::pin(async { Ok(crate::finding::Verdict::upheld("")) }),
    };
    &CHECK
}
