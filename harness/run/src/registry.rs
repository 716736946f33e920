//! The registry that the suites hand to the harness: the checks, the flavours, and all that the harness asks the suites.

use crate::derivation::Derivation;
use crate::diagnostics::DiagnosticsPlan;
use crate::read_table::ReadTable;
use futures::future::BoxFuture;
use inputs::{DiscoveredInputs, Inputs};
use record::{Recording, RecordingError, RunConditions, ServedKinds};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use vocabulary::{Capability, CheckCard, DISCOVERY, Flavour, HarnessError};
use world::{Check, ObjectSource, PendingList};

/// What the suites hand to the harness.
#[derive(Debug, Clone)]
pub struct Registry {
    /// Every check, in the order in which they are listed and reported.
    pub checks: Vec<&'static Check>,
    /// The capabilities of a cluster that serves these kinds.
    pub capabilities: fn(&ServedKinds) -> Vec<Capability>,
    /// Detects the flavour, and finds inputs.
    pub detect: for<'a> fn(&'a ObjectSource, &'a Inputs) -> BoxFuture<'a, Result<Detection, DetectError>>,
    /// Says what operators make of custom resources among these objects, where the flavour is known or not.
    pub derive: fn(&BTreeMap<String, Vec<Value>>, Option<Flavour>) -> Derivation,
    /// Which pods can show why a check went wrong, and what is read from them.
    pub diagnostics: DiagnosticsPlan,
    /// Every flavour.
    pub flavours: &'static [Flavour],
    /// The recordings that are part of the program, by name, as JSON. The first is judged when no cluster is named.
    pub recordings: &'static [(&'static str, &'static str)],
    /// What is read by whom, as JSON: a [`ReadTable`].
    pub read_table: &'static str,
    /// What is read by a name that only the cluster tells, as the table writes it, and where the cluster tells it.
    pub named_by_cluster: &'static [(&'static str, &'static str)],
    /// What checks with traffic were given while their faults were in a cluster, as JSON.
    pub fault_recordings: &'static str,
}

impl Registry {
    /// The cards of all checks.
    pub fn cards(&self) -> Vec<&'static CheckCard> {
        self.checks.iter().map(|check| &check.card).collect()
    }

    /// The names of a cluster's capabilities: by the kinds that it serves, and those of its provider.
    pub fn capability_names(&self, served: &ServedKinds, of_provider: Vec<Capability>) -> Vec<String> {
        let all = (self.capabilities)(served).into_iter().chain(of_provider).chain([DISCOVERY]);
        all.map(|capability| capability.name.to_owned()).collect()
    }

    /// What decides which checks run on a recording: the conditions of its run, and the capabilities that today's checks
    /// know its kinds to offer. What a run on files did not know of definitions, its recording does not, either.
    pub fn conditions_of(&self, recording: &Recording) -> RunConditions {
        let mut conditions = recording.about.conditions.clone();
        let known_today = (self.capabilities)(recording.served()).into_iter();
        let known_today = known_today.map(|capability| capability.name.to_owned());
        let recorded = &recording.about.conditions.capabilities;
        conditions.capabilities.extend(known_today.into_iter().filter(|name| !recorded.contains(name)));
        conditions
    }

    /// The names of all capabilities that any check needs. Files are judged as if their cluster had them.
    pub fn needed_capabilities(&self) -> Vec<String> {
        let needed: BTreeSet<_> =
            self.checks.iter().flat_map(|check| check.needs).map(|need| need.name).collect();
        needed.into_iter().map(ToOwned::to_owned).collect()
    }

    /// The recording that is judged when no cluster is named.
    pub fn reference_recording(&self) -> Result<Recording, RecordingError> {
        let (_, text) = self.recordings.first().copied().unwrap_or_default();
        Recording::parse(text.as_bytes())
    }

    /// What is read by whom.
    pub fn reads(&self) -> Result<ReadTable, serde_json::Error> {
        serde_json::from_str(self.read_table)
    }

    /// A flavour by its name, as a person may name it.
    pub fn flavour(&self, name: &str) -> Option<Flavour> {
        self.flavours.iter().find(|flavour| flavour.0 == name).copied()
    }

    /// The flavour of a run by its name, which may have been unknown.
    pub fn recorded_flavour(&self, name: &str) -> Option<Flavour> {
        self.flavour(name).or_else(|| (name == Flavour::UNKNOWN.0).then_some(Flavour::UNKNOWN))
    }
}

/// The flavour of a cluster, and what was found with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// The flavour.
    pub flavour: Flavour,
    /// The object by which the flavour was detected, for a person.
    pub deciding_object: String,
    /// Inputs that were found.
    pub discovered: DiscoveredInputs,
    /// The versions of what was found: product → version.
    pub versions: BTreeMap<String, String>,
}

/// The flavour could not be detected.
#[derive(Debug, Error)]
pub enum DetectError {
    /// The cluster has neither a mesh nor Knative.
    #[error("no service mesh control plane owns the namespace {namespace}")]
    NoControlPlane {
        /// The namespace of Knative Serving.
        namespace: String,
    },
    /// There is no such flavour.
    #[error("there is no flavour `{0}`")]
    UnknownFlavour(String),
    /// The objects that decide could not be read.
    #[error("could not tell the flavour")]
    Unreadable(#[from] HarnessError),
    /// The objects that decide were not answered in time.
    #[error("could not tell the flavour within {budget}; waiting for {}", describe_lists(.pending))]
    TimeEnded {
        /// The time that it may take, with the run's factor.
        budget: humantime::Duration,
        /// The lists that were not answered.
        pending: Vec<PendingList>,
    },
}

/// What is waited for, with the last error of each: `the list of pods (last error: no answer within 20s)`.
pub(crate) fn describe_lists(pending: &[PendingList]) -> String {
    let describe = |PendingList { what, last_error }: &PendingList| match last_error {
        Some(error) => format!("the list of {what} (last error: {error})"),
        None => format!("the list of {what}"),
    };
    match pending {
        [] => "the API server".to_owned(),
        lists => lists.iter().map(describe).collect::<Vec<_>>().join(", "),
    }
}

impl DetectError {
    /// What a person does about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoControlPlane { .. } => Some(
                "install the stack (`meshproof install`), or name the flavour with `--flavour upstream|ossm2|ossm3` to \
                 judge what is there"
                    .to_owned(),
            ),
            Self::UnknownFlavour(_) => Some("name one of upstream, ossm2, ossm3, auto".to_owned()),
            Self::TimeEnded { .. } => {
                Some("repair what was seen last; where the API server is only slow, raise `budget_factor`".to_owned())
            }
            Self::Unreadable(_) => Some(
                "see that the API server answers, and that this user has the rights that `meshproof rbac` prints; or name \
                 the flavour with `--flavour upstream|ossm2|ossm3`"
                    .to_owned(),
            ),
        }
    }
}
