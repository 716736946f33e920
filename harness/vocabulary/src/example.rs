//! The card of a check for tests, which change in it what they are about: `CheckCard { id: "…", ..CARD }`.

use crate::card::CheckCard;
use crate::finding::FindingKind;
use crate::requirement::{Level, Requirement};
use crate::tier::Tier;
use std::time::Duration;

/// The card of a check that reads, in every flavour, and needs nothing.
pub const CARD: CheckCard = CheckCard {
    id: "fakes::lamps::are_lit",
    title: "a fake",
    text: "//! A fake.\n",
    requirement: Requirement { level: Level::Must, statement: "s", source: "s", since: "1" },
    tier: Tier::Read,
    flavours: &[],
    needs: &[],
    places: &[],
    budget: Duration::from_secs(5),
    remediation: "r",
    findings: &[FindingKind { code: "c", meaning: "m" }],
    formerly: &[],
};
