//! The names of resources, which files do not hold: they name kinds.

use crate::files::documents::file_object::FileObject;
use std::collections::BTreeMap;

/// The plural names of kinds, by group and kind, that definitions among the objects declare.
#[derive(Debug, Default)]
pub(crate) struct Plurals(BTreeMap<(String, String), String>);

impl Plurals {
    /// The plural names that definitions among the objects declare.
    pub(crate) fn of(objects: &[FileObject]) -> Self {
        let definitions = objects.iter().filter(|object| object.kind == "CustomResourceDefinition");
        let plural = |definition: &FileObject| {
            let spec = definition.object.get("spec")?;
            let text = |pointer: &str| spec.pointer(pointer)?.as_str().map(ToOwned::to_owned);
            Some(((text("/group")?, text("/names/kind")?), text("/names/plural")?))
        };
        Self(definitions.filter_map(plural).collect())
    }
}

/// The full name of a kind's resource, and the version. Without a definition its plural is derived from the kind.
pub(crate) fn resource_and_version(api_version: &str, kind: &str, plurals: &Plurals) -> (String, String) {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let derived = || {
        let gvk = kube::core::GroupVersionKind::gvk(group, version, kind);
        kube::core::ApiResource::from_gvk(&gvk).plural
    };
    let plural = plurals.0.get(&(group.to_owned(), kind.to_owned())).cloned().unwrap_or_else(derived);
    (vocabulary::full_name(&plural, group), version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("networking.istio.io/v1", "ServiceEntry", "serviceentries.networking.istio.io")]
    #[case("networking.istio.io/v1", "Gateway", "gateways.networking.istio.io")]
    #[case(
        "operator.serverless.openshift.io/v1alpha1",
        "KnativeKafka",
        "knativekafkas.operator.serverless.openshift.io"
    )]
    #[case("maistra.io/v2", "ServiceMeshControlPlane", "servicemeshcontrolplanes.maistra.io")]
    #[case("maistra.io/v1", "ServiceMeshMemberRoll", "servicemeshmemberrolls.maistra.io")]
    #[case("sailoperator.io/v1", "Istio", "istios.sailoperator.io")]
    #[case("v1", "Service", "services")]
    fn resource_is_named_as_the_api_server_names_it(
        #[case] version: &str,
        #[case] kind: &str,
        #[case] name: &str,
    ) {
        assert_eq!(resource_and_version(version, kind, &Plurals::default()).0, name);
    }
}
