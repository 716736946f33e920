//! What the path of a file in a must-gather says: `oc adm inspect` puts objects into folders by namespace, group and kind.
//!
//! A list of a kind is `namespaces/<namespace>/<group>/<resource>.yaml`, and an object by itself is
//! `namespaces/<namespace>/<group>/<resource>/<name>.yaml`; what has no namespace is below `cluster-scoped-resources`.
//! The core group is called `core`. (openshift/oc, `pkg/cli/admin/inspect/util.go`)

use std::path::{Component, Path};

/// What the path of a file in a must-gather says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GatheredPath {
    /// `None`: what is in the file has no namespace.
    pub(crate) namespace: Option<String>,
    /// The full name of the resource in whose folder the file is. `None`: it is in no folder of a resource.
    pub(crate) resource: Option<String>,
}

impl GatheredPath {
    /// What the path of a file says. `None`: it is not one of a must-gather.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let parts: Vec<_> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(part) => part.to_str(),
                _ => None,
            })
            .collect();
        if let Some(at) = parts.iter().rposition(|part| *part == "cluster-scoped-resources") {
            return Some(Self { namespace: None, resource: resource_of(&parts[at + 1..]) });
        }
        let at = parts.iter().rposition(|part| *part == "namespaces")?;
        match &parts[at + 1..] {
            [namespace, rest @ ..] if !rest.is_empty() => {
                Some(Self { namespace: Some((*namespace).to_owned()), resource: resource_of(rest) })
            }
            _ => None,
        }
    }
}

fn resource_of(parts: &[&str]) -> Option<String> {
    match parts {
        [group, resource, _] => {
            Some(vocabulary::full_name(resource, if *group == "core" { "" } else { group }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::list("mg/namespaces/shop/core/pods.yaml", Some((Some("shop"), None)))]
    #[case::object(
        "mg/quay-io-sha256-1/namespaces/shop/networking.istio.io/gateways/a.yaml",
        Some((Some("shop"), Some("gateways.networking.istio.io")))
    )]
    #[case::core("namespaces/shop/core/services/a.yaml", Some((Some("shop"), Some("services"))))]
    #[case::pod("namespaces/shop/pods/a-1/a-1.yaml", Some((Some("shop"), Some("a-1.pods"))))]
    #[case::cluster(
        "mg/cluster-scoped-resources/sailoperator.io/istios/default.yaml",
        Some((None, Some("istios.sailoperator.io")))
    )]
    #[case::namespaces("mg/cluster-scoped-resources/core/namespaces/shop.yaml", Some((None, Some("namespaces"))))]
    #[case::cluster_list("mg/cluster-scoped-resources/core/nodes.yaml", Some((None, None)))]
    #[case::namespace("mg/namespaces/shop/shop.yaml", Some((Some("shop"), None)))]
    #[case::no_namespace("namespaces/shop.yaml", None)]
    #[case::elsewhere("manifests/gateway.yaml", None)]
    fn path_says_what_is_in_the_file(
        #[case] path: &str,
        #[case] expected: Option<(Option<&str>, Option<&str>)>,
    ) {
        let found = GatheredPath::of(Path::new(path));
        let found = found.as_ref().map(|one| (one.namespace.as_deref(), one.resource.as_deref()));
        assert_eq!(found, expected);
    }
}
