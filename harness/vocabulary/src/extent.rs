//! The extent of what is known of a kind: whether an object that was not found is known not to exist.
//!
//! A cluster tells all of its objects, a dump those of some namespaces; a folder of manifests holds what somebody wants to
//! apply, and its silence says nothing; a caller of an API server may not be permitted to list all of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How much is known of the objects of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// All of them: what is not there does not exist.
    #[default]
    Whole,
    /// All of these namespaces. Elsewhere there may be more.
    Namespaces(BTreeSet<String>),
    /// These, and perhaps more.
    Part,
    /// Nothing: there may be any.
    Nothing,
    /// Nothing: the caller has no right to list them.
    NotPermitted,
}

impl Extent {
    /// Whether all objects are known, wherever they are.
    pub fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// Whether all objects of a namespace are known.
    pub fn covers(&self, namespace: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Namespaces(namespaces) => namespaces.contains(namespace),
            Self::Part | Self::Nothing | Self::NotPermitted => false,
        }
    }

    /// What is missing of a resource, as a reader of a verdict is told; nothing where all are known.
    pub fn missing(&self, resource: &str) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::Namespaces(namespaces) => {
                let names: Vec<_> = namespaces.iter().map(String::as_str).collect();
                Some(format!("{resource} are known in {} only", names.join(", ")))
            }
            Self::Part => Some(format!("there may be more {resource}")),
            Self::Nothing => Some(format!("no {resource} are known")),
            Self::NotPermitted => Some(no_right_to_list(resource)),
        }
    }

    /// What is missing of a resource in one namespace; nothing where all are known there.
    pub fn missing_in(&self, namespace: &str, resource: &str) -> Option<String> {
        if self.covers(namespace) {
            return None;
        }
        Some(match self {
            Self::Nothing => format!("no {resource} are known"),
            Self::NotPermitted => no_right_to_list(resource),
            _ => format!("there may be more {resource} in {namespace}"),
        })
    }
}

/// What a caller lacks who may not list a resource.
pub(crate) fn no_right_to_list(resource: &str) -> String {
    format!("no right to list {resource}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn of_namespaces(names: &[&str]) -> Extent {
        Extent::Namespaces(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[rstest]
    #[case::whole(Extent::Whole, true, None)]
    #[case::this_namespace(of_namespaces(&["shop", "till"]), true, None)]
    #[case::other_namespace(of_namespaces(&["till"]), false, Some("there may be more pods in shop"))]
    #[case::part(Extent::Part, false, Some("there may be more pods in shop"))]
    #[case::nothing(Extent::Nothing, false, Some("no pods are known"))]
    #[case::not_permitted(Extent::NotPermitted, false, Some("no right to list pods"))]
    fn namespace_is_known_or_not(
        #[case] extent: Extent,
        #[case] covered: bool,
        #[case] missing: Option<&str>,
    ) {
        assert_eq!(extent.covers("shop"), covered);
        assert_eq!(extent.missing_in("shop", "pods").as_deref(), missing);
    }

    #[rstest]
    #[case::whole(Extent::Whole, None)]
    #[case::namespaces(of_namespaces(&["shop", "till"]), Some("pods are known in shop, till only"))]
    #[case::part(Extent::Part, Some("there may be more pods"))]
    #[case::nothing(Extent::Nothing, Some("no pods are known"))]
    #[case::not_permitted(Extent::NotPermitted, Some("no right to list pods"))]
    fn what_is_missing_is_told(#[case] extent: Extent, #[case] missing: Option<&str>) {
        assert_eq!(extent.is_whole(), missing.is_none());
        assert_eq!(extent.missing("pods").as_deref(), missing);
    }
}
