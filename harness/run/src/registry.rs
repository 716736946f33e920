//! What the harness is handed: the checks, and how to tell the flavour of a cluster.

use crate::diagnostics::DiagnosticsPlan;
use futures::future::BoxFuture;
use inputs::{DiscoveredInputs, Inputs};
use record::{Recording, RecordingError, RunConditions, Served};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;
use vocabulary::{Capability, CheckCard, DISCOVERY, Flavour, HarnessError, STATUS};
use world::{Check, ObjectSource};

/// The checks, and how to tell the flavour of a cluster.
#[derive(Debug, Clone)]
pub struct Registry {
    /// Every check, in the order in which they are listed and reported.
    pub checks: Vec<&'static Check>,
    /// What a cluster offers, as told by the kinds that it serves.
    pub capabilities: fn(&Served) -> Vec<Capability>,
    /// Tells the flavour and finds inputs.
    pub detect: for<'a> fn(&'a ObjectSource, &'a Inputs) -> BoxFuture<'a, Result<Detection, DetectError>>,
    /// Which pods can tell why a check went wrong, and what they are asked.
    pub diagnostics: DiagnosticsPlan,
    /// Every flavour.
    pub flavours: &'static [Flavour],
    /// The recordings that are part of the program, by name, as JSON. The first is judged when no cluster is named.
    pub recordings: &'static [(&'static str, &'static str)],
    /// What checks with traffic were given while their faults were in a cluster, as JSON.
    pub faulted: &'static str,
}

impl Registry {
    /// The cards of all checks.
    pub fn cards(&self) -> Vec<&'static CheckCard> {
        self.checks.iter().map(|check| &check.card).collect()
    }

    /// The names of all that a cluster offers.
    pub fn offered(&self, served: &Served, more: Vec<Capability>) -> Vec<String> {
        let offered = (self.capabilities)(served).into_iter().chain(more).chain([STATUS, DISCOVERY]);
        offered.map(|capability| capability.name.to_owned()).collect()
    }

    /// What decides which checks run on a recording: what was said then, and what its kinds are known to offer today.
    pub fn situated(&self, recording: &Recording) -> RunConditions {
        let RunConditions { mut capabilities, allowed, has_probe } = recording.about.situation.clone();
        let known = self.offered(recording.served(), Vec::new());
        capabilities
            .extend(known.into_iter().filter(|name| !recording.about.situation.capabilities.contains(name)));
        RunConditions { capabilities, allowed, has_probe }
    }

    /// The names of all that any check needs: what manifests say of a cluster is judged as if it were there.
    pub fn needed(&self) -> Vec<String> {
        let needed: BTreeSet<_> =
            self.checks.iter().flat_map(|check| check.needs).map(|one| one.name).collect();
        needed.into_iter().map(ToOwned::to_owned).collect()
    }

    /// The recording that is judged when no cluster is named.
    pub fn reference(&self) -> Result<Recording, RecordingError> {
        let (_, text) = self.recordings.first().copied().unwrap_or_default();
        Recording::parse(text.as_bytes())
    }

    /// A flavour by its name.
    pub fn flavour(&self, name: &str) -> Option<Flavour> {
        self.flavours.iter().find(|flavour| flavour.0 == name).copied()
    }
}

/// What was found on a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// The flavour.
    pub flavour: Flavour,
    /// The object that told it.
    pub evidence: String,
    /// Inputs that were found.
    pub discovered: DiscoveredInputs,
    /// The versions of what was found: product → version.
    pub versions: BTreeMap<String, String>,
}

/// The flavour could not be told.
#[derive(Debug, Error)]
pub enum DetectError {
    /// No control plane owns the namespace.
    #[error("no service mesh control plane owns the namespace {namespace}")]
    NoControlPlane {
        /// The namespace of Knative Serving.
        namespace: String,
    },
    /// There is no such flavour.
    #[error("there is no flavour `{0}`")]
    UnknownFlavour(String),
    /// The objects that tell could not be read.
    #[error("could not tell the flavour")]
    Unreadable(#[from] HarnessError),
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
            Self::Unreadable(_) => None,
        }
    }
}
