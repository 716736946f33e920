//! What checks read, by flavour: a table that a test of the suites makes from what the checks really ask, and holds.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::Flavour;

/// What is read, by flavour: a resource's full name, or `<resource>/<name>` of what is read one by one, in whichever namespace.
pub type ReadsByFlavour = BTreeMap<String, BTreeSet<String>>;

/// What is read of a cluster before and by the checks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadTable {
    /// By whoever tells the flavour and finds inputs, before any check.
    pub detection: ReadsByFlavour,
    /// By each check, by its id.
    pub checks: BTreeMap<String, ReadsByFlavour>,
}

impl ReadTable {
    /// What a run of these checks reads, in a flavour or in all of them.
    pub fn reads<'a>(
        &'a self,
        checks: impl IntoIterator<Item = &'a str>,
        flavour: Option<Flavour>,
    ) -> BTreeSet<&'a str> {
        let of_checks = checks.into_iter().filter_map(|check| self.checks.get(check));
        let by_flavour = of_checks.chain([&self.detection]).flatten();
        let of_flavour = by_flavour.filter(|(name, _)| flavour.is_none_or(|flavour| flavour.0 == *name));
        of_flavour.flat_map(|(_, reads)| reads).map(String::as_str).collect()
    }
}
