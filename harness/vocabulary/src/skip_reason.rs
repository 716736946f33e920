//! Why a check was skipped, and what a person does to have it run.

use crate::flavour::Flavour;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a check was skipped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum SkipReason {
    /// The cluster does not offer what the check needs.
    NeedsCapability {
        /// The capability's name.
        capability: String,
        /// What to do about it.
        hint: String,
    },
    /// The check does more than the run may do to this cluster.
    NotAllowed {
        /// What would have to be allowed.
        tier: String,
    },
    /// The check sends requests, and there are only files.
    NeedsCluster,
    /// The files hold no object of a kind that the check reads.
    NotInFiles {
        /// The resource.
        resource: String,
    },
    /// Of what the check reads nobody knows whether it is there.
    NotKnown {
        /// What is missing.
        missing: String,
    },
    /// Nothing tells the flavour, by which the requirement is read.
    UnknownFlavour,
    /// The caller may not read what the check reads.
    NotPermitted {
        /// The resource.
        resource: String,
    },
    /// The requirement is read differently, or not at all, in this flavour.
    OtherFlavour {
        /// The cluster's flavour.
        flavour: String,
    },
    /// What would be judged is not installed.
    NotInstalled {
        /// What is missing.
        what: String,
    },
    /// An input is needed that is neither given nor found on the cluster.
    NeedsInput {
        /// The input's key in `meshproof.toml`.
        key: String,
        /// What the check would do with it.
        purpose: String,
    },
}

impl SkipReason {
    /// What a person does to have the check run.
    pub fn hint(&self) -> String {
        match self {
            Self::NeedsCapability { hint, .. } => hint.clone(),
            Self::NotAllowed { tier } => format!("allow it with `--allow {tier}`"),
            Self::NeedsCluster => {
                "make a kind cluster with `meshproof up`, or name one of yours with `--context <name> --allow traffic`"
                    .to_owned()
            }
            Self::NotInFiles { resource } => format!("add them to the files: `kubectl get {resource} -A -o yaml`"),
            Self::NotKnown { .. } => {
                "judge a cluster, with the rights that `meshproof rbac` prints; or add it to the files, and where they hold all that \
                 there is, say `--files-hold all`"
                    .to_owned()
            }
            Self::UnknownFlavour => Flavour::HINT.to_owned(),
            Self::NotPermitted { .. } => {
                "give this user the rights that `meshproof rbac` prints for the checks that you select".to_owned()
            }
            Self::OtherFlavour { .. } => "nothing to do: the requirement does not apply".to_owned(),
            Self::NotInstalled { what } => format!("install {what}, if it is meant to be used"),
            Self::NeedsInput { key, .. } => format!("set `{key}` in `meshproof.toml`"),
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeedsCapability { capability, .. } => write!(f, "needs capability {capability}"),
            Self::NotAllowed { tier } => write!(f, "needs `--allow {tier}`"),
            Self::NeedsCluster => f.write_str("sends requests, which needs a cluster"),
            Self::NotInFiles { resource } => write!(f, "the files hold no {resource}"),
            Self::NotKnown { missing } => write!(f, "not known: {missing}"),
            Self::UnknownFlavour => write!(f, "not known: {}", Flavour::MISSING),
            Self::NotPermitted { resource } => write!(f, "not permitted: no right to list {resource}"),
            Self::OtherFlavour { flavour } => write!(f, "not required of flavour {flavour}"),
            Self::NotInstalled { what } => write!(f, "not installed: {what}"),
            Self::NeedsInput { key, purpose } => write!(f, "needs input `{key}` {purpose}"),
        }
    }
}
