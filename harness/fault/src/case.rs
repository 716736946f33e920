//! The faults of the checks: which there are, and which are named.

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
pub struct Case {
    /// The check that must find it.
    pub check: &'static Check,
    /// Its file's name: `fault-permissive`.
    pub name: String,
    /// What it does.
    pub fault: Fault,
    /// Its file.
    pub text: &'static str,
}

impl Case {
    /// `<check>/<fault>`, as it is named on the command line.
    pub fn id(&self) -> String {
        format!("{}/{}", self.check.id, self.short_name())
    }

    /// The same with the inputs of a run in place of their placeholders.
    pub(super) fn rendered(&self, values: &PlaceholderValues) -> Result<Self, FaultError> {
        Ok(Self { fault: Fault::parse_for(self.text, values)?, ..self.clone() })
    }

    /// What became of it.
    pub(super) fn outcome(&self, fate: Fate, detail: String, durations: FaultDurations) -> TriedFault {
        let (check, fault) = (self.check.id.to_owned(), self.name.clone());
        TriedFault { check, fault, finding: self.fault.finding.clone(), outcome: fate, detail, durations }
    }

    /// Its name without what all of them begin with.
    pub fn short_name(&self) -> &str {
        self.name.strip_prefix(PREFIX).unwrap_or(&self.name)
    }
}

/// A fault of the program is broken.
#[derive(Debug, Error)]
pub enum CaseError {
    /// The files cannot be read.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// A file is no fault.
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
pub fn of_check(check: &'static Check) -> Result<Vec<Case>, CaseError> {
    let read = |(name, text): (&str, &'static str)| {
        let fault = Fault::parse(text);
        let fault =
            fault.map_err(|source| CaseError::Fault { check: check.id, name: name.to_owned(), source })?;
        Ok(Case { check, name: name.to_owned(), fault, text })
    };
    fixtures::faults(&check.path())?.into_iter().map(read).collect()
}

/// All faults of these checks.
pub fn all(checks: &[&'static Check]) -> Result<Vec<Case>, CaseError> {
    Ok(checks.iter().map(|check| of_check(check)).collect::<Result<Vec<_>, _>>()?.concat())
}

/// Selects faults by their own id, or by that of a check, an area or a suite. No name selects all.
pub fn select(cases: Vec<Case>, names: &[String]) -> Result<Vec<Case>, SelectionError> {
    if names.is_empty() {
        return Ok(cases);
    }
    let mut checks: Vec<_> = cases.iter().map(|case| case.check).collect();
    checks.dedup_by_key(|check| check.id);
    let mut chosen = BTreeSet::new();
    for name in names {
        let matching: Vec<_> = if let Some((check, fault)) = name.split_once('/') {
            let fault = fault.strip_prefix(PREFIX).unwrap_or(fault);
            let is_it = |case: &&Case| case.check.id == check && case.short_name() == fault;
            cases.iter().filter(is_it).map(Case::id).collect()
        } else {
            let chosen_checks = plan::select(&checks, std::slice::from_ref(name))?;
            let is_named = |case: &&Case| chosen_checks.iter().any(|check| check.id == case.check.id);
            cases.iter().filter(is_named).map(Case::id).collect()
        };
        if matching.is_empty() {
            return Err(SelectionError { name: name.clone(), similar: similar(&cases, name) });
        }
        chosen.extend(matching);
    }
    Ok(cases.into_iter().filter(|case| chosen.contains(&case.id())).collect())
}

/// The other faults of the check that was named.
fn similar(cases: &[Case], name: &str) -> Vec<String> {
    let check = name.split('/').next().unwrap_or(name);
    cases.iter().filter(|case| case.check.id == check).map(Case::id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use rstest::rstest;
    use std::time::Duration;
    use vocabulary::{CheckCard, FindingKind, Level, Requirement, Tier};

    const BASE: Check = Check {
        card: CheckCard {
            id: "mesh::mtls::is_strict",
            title: "t",
            text: "",
            requirement: Requirement { level: Level::Must, statement: "s", source: "s", since: "s" },
            tier: Tier::Read,
            flavours: &[],
            needs: &[],
            places: &[],
            budget: Duration::from_secs(1),
            remediation: "r",
            findings: &[FindingKind { code: "c", meaning: "m" }],
            formerly: &[],
        },
        run: |_| futures::future::pending().boxed(),
    };
    static STRICT: Check = BASE;
    static READY: Check =
        Check { card: CheckCard { id: "mesh::control_plane::is_ready", ..BASE.card }, ..BASE };

    fn cases() -> Vec<Case> {
        let fault = Fault::parse("finding: c\nsteps: []\n").unwrap();
        let case = |check, name: &str| Case { check, name: name.to_owned(), fault: fault.clone(), text: "" };
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
