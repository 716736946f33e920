//! Which kinds an API server serves.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::ObjectKind;

/// The versions in which each resource is served, by full name (`gateways.networking.istio.io`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServedKinds(BTreeMap<String, Vec<String>>);

impl ServedKinds {
    /// What a recording says, or a test.
    pub fn from_names<'a>(names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut served = BTreeMap::<String, Vec<String>>::new();
        for (name, version) in names {
            served.entry(name.to_owned()).or_default().push(version.to_owned());
        }
        Self(served)
    }

    /// Whether the kind is served in any version.
    pub fn has(&self, kind: &ObjectKind) -> bool {
        self.0.contains_key(&kind.full_name())
    }

    /// Whether a resource is served, by its full name.
    pub fn has_named(&self, full_name: &str) -> bool {
        self.0.contains_key(full_name)
    }

    /// The full names of all resources.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The versions in which a resource is served, by its full name.
    pub fn versions(&self, full_name: &str) -> &[String] {
        self.0.get(full_name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Forgets a resource. Says whether it was served.
    pub fn remove(&mut self, full_name: &str) -> bool {
        self.0.remove(full_name).is_some()
    }

    /// The version in which to read the kind: the first of its versions that is served, or else the first served one.
    pub fn version(&self, kind: &ObjectKind) -> Option<&str> {
        let served = self.0.get(&kind.full_name())?;
        kind.versions
            .iter()
            .find_map(|wanted| served.iter().find(|version| version == wanted))
            .or_else(|| served.first())
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GATEWAY: ObjectKind = ObjectKind {
        group: "networking.istio.io",
        kind: "Gateway",
        plural: "gateways",
        namespaced: true,
        versions: &["v1", "v1beta1"],
    };

    #[rstest]
    #[case::preferred(&["v1beta1", "v1"], Some("v1"))]
    #[case::older(&["v1alpha3", "v1beta1"], Some("v1beta1"))]
    #[case::unknown(&["v2"], Some("v2"))]
    #[case::none(&[], None)]
    fn version_prefers_what_the_view_knows(#[case] served: &[&str], #[case] expected: Option<&str>) {
        let served =
            ServedKinds::from_names(served.iter().map(|version| ("gateways.networking.istio.io", *version)));
        assert_eq!(served.version(&GATEWAY), expected);
    }
}
