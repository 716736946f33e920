//! The objects of all files by their resource, each once, and the versions in which they are written.

use crate::files::document::DocumentEntry;
use crate::manifests::{KnownObjects, ObjectsByResource};
use record::ServedKinds;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::Extent;

const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// The plural names of kinds, by group and kind.
type Plurals = BTreeMap<(String, String), String>;

/// The objects of each resource, by its full name.
#[derive(Debug, Default)]
pub(crate) struct Inventory(BTreeMap<String, ResourceObjects>);

/// The objects of one resource.
#[derive(Debug, Default)]
struct ResourceObjects {
    versions: BTreeSet<String>,
    /// By namespace and name.
    objects: BTreeMap<(String, String), Value>,
}

impl Inventory {
    /// The objects of the documents of all files.
    pub(crate) fn of(entries: Vec<DocumentEntry>) -> Self {
        let plurals = plurals(&entries);
        let mut inventory = Self::default();
        for DocumentEntry { api_version, kind, object } in entries {
            let (resource, version) = resource_and_version(&api_version, &kind, &plurals);
            let ResourceObjects { versions, objects } = inventory.0.entry(resource).or_default();
            versions.insert(version);
            let Some(object) = object else { continue };
            let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
            let key = (meta("namespace"), meta("name"));
            // A must-gather holds some objects twice, and one of the two may lack the status.
            if objects.get(&key).is_none_or(|other| !has_status(other)) {
                objects.insert(key, object);
            }
        }
        inventory
    }

    /// How many objects there are.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(|resource| resource.objects.len()).sum()
    }

    /// Whether any object has a status. Definitions do not count: no check judges theirs.
    pub(crate) fn has_status(&self) -> bool {
        let without_definitions = self.0.iter().filter(|(resource, _)| *resource != DEFINITIONS);
        without_definitions.flat_map(|(_, resource)| resource.objects.values()).any(has_status)
    }

    /// Whether definitions are among the objects.
    pub(crate) fn has_definitions(&self) -> bool {
        self.0.contains_key(DEFINITIONS)
    }

    /// What an API server with these objects serves: the resources of the objects, and what definitions define.
    pub(crate) fn served(&self) -> ServedKinds {
        let of_objects = self.0.iter().flat_map(|(resource, ResourceObjects { versions, .. })| {
            versions.iter().map(|version| (resource.as_str(), version.as_str()))
        });
        let definitions = self.0.get(DEFINITIONS).into_iter().flat_map(|resource| resource.objects.values());
        ServedKinds::from_names(of_objects.chain(definitions.flat_map(defined_versions)))
    }

    /// The objects by their resource's full name.
    pub(crate) fn into_objects(self) -> ObjectsByResource {
        let objects = |resource: ResourceObjects| KnownObjects {
            objects: resource.objects.into_values().collect(),
            extent: Extent::Part,
        };
        self.0.into_iter().map(|(name, resource)| (name, objects(resource))).collect()
    }
}

fn has_status(object: &Value) -> bool {
    object["status"].as_object().is_some_and(|status| !status.is_empty())
}

/// The plural names that the definitions among the objects declare.
fn plurals(entries: &[DocumentEntry]) -> Plurals {
    let definitions = entries.iter().filter(|entry| entry.kind == "CustomResourceDefinition");
    let plural = |entry: &DocumentEntry| {
        let spec = entry.object.as_ref()?.get("spec")?;
        let text = |pointer: &str| spec.pointer(pointer)?.as_str().map(ToOwned::to_owned);
        Some(((text("/group")?, text("/names/kind")?), text("/names/plural")?))
    };
    definitions.filter_map(plural).collect()
}

/// The full name of the resource that a definition defines, with each version that is served.
fn defined_versions(definition: &Value) -> impl Iterator<Item = (&str, &str)> {
    let name = definition["metadata"]["name"].as_str().unwrap_or_default();
    let versions = definition["spec"]["versions"].as_array().into_iter().flatten();
    let served = versions.filter(|version| version["served"] != false);
    served.filter_map(move |version| Some((name, version["name"].as_str()?)))
}

/// The full name of a kind's resource, and the version. Without a definition its plural is derived from the kind.
fn resource_and_version(api_version: &str, kind: &str, plurals: &Plurals) -> (String, String) {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let derived = || {
        let gvk = kube::core::GroupVersionKind::gvk(group, version, kind);
        kube::core::ApiResource::from_gvk(&gvk).plural
    };
    let plural = plurals.get(&(group.to_owned(), kind.to_owned())).cloned().unwrap_or_else(derived);
    let name = if group.is_empty() { plural } else { format!("{plural}.{group}") };
    (name, version.to_owned())
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
        assert_eq!(resource_and_version(version, kind, &BTreeMap::new()).0, name);
    }
}
