//! The faults of the checks, and the selection of some by their names.

use crate::definition::Fault;
use crate::error::FaultError;
use fixtures::{FixtureError, PlaceholderValues};
use report::fault_report::{Fate, FaultDurations, TriedFault};
use run::{SelectionError, plan};
use std::collections::BTreeSet;
use thiserror::Error;
use world::Check;

const PREFIX: &str = "fault-";

/// A fault of a check.
#[derive(Debug, Clone)]
pub struct FaultCase {
    /// The check that must catch it.
    pub check: &'static Check,
    /// Its file's name: `fault-permissive`.
    pub name: String,
    /// The fault.
    pub fault: Fault,
    /// The text of its file.
    pub text: &'static str,
}

impl FaultCase {
    /// `<check>/<fault>`, as it is named on the command line.
    pub fn id(&self) -> String {
        format!("{}/{}", self.check.id, self.short_name())
    }

    /// The same, with these values in place of its placeholders.
    pub(super) fn rendered(&self, values: &PlaceholderValues) -> Result<Self, FaultError> {
        Ok(Self { fault: Fault::parse_rendered(self.text, values)?, ..self.clone() })
    }

    /// Its entry in the report of a trial.
    pub(super) fn report_entry(&self, fate: Fate, detail: String, durations: FaultDurations) -> TriedFault {
        let (check, fault) = (self.check.id.to_owned(), self.name.clone());
        TriedFault { check, fault, finding: self.fault.finding.clone(), outcome: fate, detail, durations }
    }

    /// Its name without the prefix `fault-`.
    pub fn short_name(&self) -> &str {
        self.name.strip_prefix(PREFIX).unwrap_or(&self.name)
    }
}

/// A fault that is part of the program cannot be read.
#[derive(Debug, Error)]
pub enum FaultCaseError {
    /// The fixtures cannot be read.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// A file is not a fault.
    #[error("could not read {name} of {check}")]
    Fault {
        /// The check.
        check: &'static str,
        /// The file.
        name: String,
        /// What is wrong with it.
        #[source]
        source: FaultError,
    },
}

/// All faults of a check, in the order of their names.
pub fn of_check(check: &'static Check) -> Result<Vec<FaultCase>, FaultCaseError> {
    let read = |(name, text): (&str, &'static str)| {
        let fault = Fault::parse(text);
        let fault = fault.map_err(|source| FaultCaseError::Fault {
            check: check.id,
            name: name.to_owned(),
            source,
        })?;
        Ok(FaultCase { check, name: name.to_owned(), fault, text })
    };
    fixtures::faults(&check.path())?.into_iter().map(read).collect()
}

/// All faults of these checks.
pub fn all(checks: &[&'static Check]) -> Result<Vec<FaultCase>, FaultCaseError> {
    Ok(checks.iter().map(|check| of_check(check)).collect::<Result<Vec<_>, _>>()?.concat())
}

/// Selects faults by their own id, or by that of a check, an area or a suite. No name selects all.
pub fn select(cases: Vec<FaultCase>, names: &[String]) -> Result<Vec<FaultCase>, SelectionError> {
    if names.is_empty() {
        return Ok(cases);
    }
    let mut checks: Vec<_> = cases.iter().map(|case| case.check).collect();
    checks.dedup_by_key(|check| check.id);
    let mut chosen = BTreeSet::new();
    for name in names {
        let matching: Vec<_> = if let Some((check, fault)) = name.split_once('/') {
            let fault = fault.strip_prefix(PREFIX).unwrap_or(fault);
            let is_it = |case: &&FaultCase| case.check.id == check && case.short_name() == fault;
            cases.iter().filter(is_it).map(FaultCase::id).collect()
        } else {
            let chosen_checks = plan::select(&checks, std::slice::from_ref(name))?;
            let is_named = |case: &&FaultCase| chosen_checks.iter().any(|check| check.id == case.check.id);
            cases.iter().filter(is_named).map(FaultCase::id).collect()
        };
        if matching.is_empty() {
            return Err(SelectionError { name: name.clone(), similar: similar(&cases, name) });
        }
        chosen.extend(matching);
    }
    Ok(cases.into_iter().filter(|case| chosen.contains(&case.id())).collect())
}

/// The other faults of the check that was named.
fn similar(cases: &[FaultCase], name: &str) -> Vec<String> {
    let check = name.split('/').next().unwrap_or(name);
    cases.iter().filter(|case| case.check.id == check).map(FaultCase::id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use rstest::rstest;
    use vocabulary::CheckCard;
    use vocabulary::example::CARD;

    const BASE: Check = Check {
        card: CheckCard { id: "mesh::mtls::is_strict", ..CARD },
        run: |_| futures::future::pending().boxed(),
    };
    static STRICT: Check = BASE;
    static READY: Check =
        Check { card: CheckCard { id: "mesh::control_plane::is_ready", ..BASE.card }, ..BASE };

    fn cases() -> Vec<FaultCase> {
        let fault = Fault::parse("finding: c\nsteps: []\n").unwrap();
        let case =
            |check, name: &str| FaultCase { check, name: name.to_owned(), fault: fault.clone(), text: "" };
        vec![case(&READY, "fault-deleted"), case(&STRICT, "fault-a"), case(&STRICT, "fault-b")]
    }

    #[rstest]
    #[case::all(&[], 3)]
    #[case::suite(&["mesh"], 3)]
    #[case::check(&["mesh::mtls::is_strict"], 2)]
    #[case::one(&["mesh::mtls::is_strict/a"], 1)]
    #[case::one_by_its_file(&["mesh::mtls::is_strict/fault-a"], 1)]
    #[case::twice_the_same(&["mesh::mtls", "mesh::mtls::is_strict/b"], 2)]
    fn names_select_faults(#[case] names: &[&str], #[case] count: usize) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(select(cases(), &names).unwrap().len(), count);
    }

    #[rstest]
    #[case::fault("mesh::mtls::is_strict/c", &["mesh::mtls::is_strict/a", "mesh::mtls::is_strict/b"])]
    #[case::check("mesh::mtls::is_stric", &["mesh::mtls::is_strict", "mesh::control_plane::is_ready"])]
    fn unknown_name_is_refused_with_what_is_similar(#[case] name: &str, #[case] similar: &[&str]) {
        let error = select(cases(), &[name.to_owned()]).unwrap_err();
        assert_eq!(error.similar, similar);
    }
}
