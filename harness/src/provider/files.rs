//! Files instead of a cluster: manifests, a must-gather, or what `kubectl get -o yaml` printed.
//!
//! A list without items says that there is none; of a kind that is nowhere in the files, nothing is known.

mod document;

use crate::check::{DISCOVERY, STATUS};
use crate::world::{Manifests, Raw, Served};
use document::Found;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";
/// A larger file is no manifest.
const LARGEST: u64 = 256 << 20;

/// The files cannot be judged.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The file system refused.
    #[error("could not read `{path}`")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is neither YAML nor JSON.
    #[error("`{path}` is not YAML")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where, and why.
        #[source]
        source: serde_yaml::Error,
    },
    /// A file is too large.
    #[error("`{path}` is larger than {} MiB", LARGEST >> 20)]
    Oversized {
        /// The file.
        path: PathBuf,
    },
    /// There is no object in them.
    #[error("there is no Kubernetes object in `{0}`")]
    Empty(PathBuf),
}

impl FilesError {
    /// What a person does about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "name a folder that exists and can be read with `--files`",
            Self::Syntax { .. } => "mend it or take it out; templates have to be rendered first",
            Self::Oversized { .. } => "take it out of the folder",
            Self::Empty(_) => {
                "name a folder with YAML or JSON: manifests, a must-gather, or what `kubectl get -A -o yaml` printed"
            }
        }
    }
}

/// The versions and the objects of each resource; objects by namespace and name.
type Known = BTreeMap<String, (BTreeSet<String>, BTreeMap<(String, String), Value>)>;

/// See the module text.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    manifests: Manifests,
    objects: usize,
    read: usize,
    has_status: bool,
    has_definitions: bool,
}

impl Files {
    /// Reads a folder with all that is below it, or one file.
    pub fn read(folder: &Path) -> Result<Self, FilesError> {
        let mut paths = Vec::new();
        list(folder, &mut paths)?;
        let (mut found, mut with_objects) = (Vec::new(), 0);
        for path in paths {
            let before = found.len();
            found.extend(document::read(&path)?);
            with_objects += usize::from(found.len() > before);
        }
        let plurals = plurals(&found);
        let mut known = Known::new();
        for Found { api_version, kind, object } in found {
            let (resource, version) = resource(&api_version, &kind, &plurals);
            let (versions, objects) = known.entry(resource).or_default();
            versions.insert(version);
            let Some(object) = object else { continue };
            let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
            let key = (meta("namespace"), meta("name"));
            // A must-gather holds some objects twice, and not always with their status.
            if objects.get(&key).is_none_or(|other| !has_status(other)) {
                objects.insert(key, object);
            }
        }
        let objects = known.values().map(|(_, objects)| objects.len()).sum();
        if objects == 0 {
            return Err(FilesError::Empty(folder.to_owned()));
        }
        let names = known.iter().flat_map(|(resource, (versions, _))| {
            versions.iter().map(|version| (resource.as_str(), version.as_str()))
        });
        let defined = definitions(&known);
        let defined = defined.iter().map(|(resource, version)| (resource.as_str(), version.as_str()));
        let served = Served::from_names(names.chain(defined));
        let is_judged = |(resource, _): &(&String, &(_, BTreeMap<_, Value>))| *resource != DEFINITIONS;
        let has_status =
            known.iter().filter(is_judged).any(|(_, (_, objects))| objects.values().any(has_status));
        let has_definitions = known.contains_key(DEFINITIONS);
        let raw: Raw = known
            .into_iter()
            .map(|(resource, (_, objects))| (resource, objects.into_values().collect()))
            .collect();
        let manifests = Manifests::some(Timestamp::now(), served, raw);
        Ok(Self {
            folder: folder.to_owned(),
            manifests,
            objects,
            read: with_objects,
            has_status,
            has_definitions,
        })
    }

    /// The files in a few words, for a person.
    pub fn describe(&self) -> String {
        let what = if self.has_status { "" } else { ", without status" };
        format!("{} objects in {} files of {}{what}", self.objects, self.read, self.folder.display())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The objects.
    pub fn manifests(&self) -> &Manifests {
        &self.manifests
    }

    /// Whether a capability is there, of those that a cluster with these objects would have.
    pub fn offers(&self, capability: &str) -> bool {
        (capability != STATUS.name || self.has_status)
            && (capability != DISCOVERY.name || self.has_definitions)
    }
}

fn has_status(object: &Value) -> bool {
    object["status"].as_object().is_some_and(|status| !status.is_empty())
}

/// The files below a folder that may hold objects, in order of their names.
fn list(path: &Path, into: &mut Vec<PathBuf>) -> Result<(), FilesError> {
    let io = |source| FilesError::Io { path: path.to_owned(), source };
    if path.is_file() {
        into.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<_> = std::fs::read_dir(path).map_err(io)?.collect::<Result<_, _>>().map_err(io)?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let kind = entry.file_type().map_err(io)?;
        let is_wanted = matches!(
            entry.path().extension().and_then(|extension| extension.to_str()),
            Some("yaml" | "yml" | "json")
        );
        if kind.is_dir() {
            list(&entry.path(), into)?;
        } else if kind.is_file() && is_wanted {
            into.push(entry.path());
        }
    }
    Ok(())
}

/// The plural names that definitions among the objects give: (group, kind) → plural.
fn plurals(found: &[Found]) -> BTreeMap<(String, String), String> {
    let definitions = found.iter().filter(|one| one.kind == "CustomResourceDefinition");
    let plural = |one: &Found| {
        let spec = one.object.as_ref()?.get("spec")?;
        let text = |pointer: &str| spec.pointer(pointer)?.as_str().map(ToOwned::to_owned);
        Some(((text("/group")?, text("/names/kind")?), text("/names/plural")?))
    };
    definitions.filter_map(plural).collect()
}

/// The resources that definitions among the objects define, with their versions.
fn definitions(known: &Known) -> Vec<(String, String)> {
    let definitions = known.get(DEFINITIONS).into_iter().flat_map(|(_, objects)| objects.values());
    let versions = |definition: &Value| {
        let name = definition["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let versions = definition["spec"]["versions"].as_array().cloned().unwrap_or_default();
        let served = versions.into_iter().filter(|version| version["served"] != false);
        let named = served.filter_map(|version| Some(version["name"].as_str()?.to_owned()));
        named.map(|version| (name.clone(), version)).collect::<Vec<_>>()
    };
    definitions.flat_map(versions).collect()
}

/// The full name of a resource, and the version.
fn resource(api_version: &str, kind: &str, plurals: &BTreeMap<(String, String), String>) -> (String, String) {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let guessed = || {
        let known = kube::core::GroupVersionKind::gvk(group, version, kind);
        kube::core::ApiResource::from_gvk(&known).plural
    };
    let plural = plurals.get(&(group.to_owned(), kind.to_owned())).cloned().unwrap_or_else(guessed);
    let name = if group.is_empty() { plural } else { format!("{plural}.{group}") };
    (name, version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn files(files: &[(&str, &str)]) -> Result<Files, FilesError> {
        Files::read(folder(files).path())
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\n";

    #[rstest]
    #[case::document(&[("a.yaml", POD)], 1, false)]
    #[case::documents(&[("a.yaml", "---\nkind: x\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n")], 1, false)]
    #[case::list(&[("a.yml", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: x}}\n")], 1, true)]
    #[case::typed_list(&[("a.json", r#"{"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}"#)], 2, false)]
    #[case::same_object_twice(&[("a.yaml", POD), ("b/c.yaml", &format!("{POD}status: {{phase: x}}\n"))], 1, true)]
    #[case::other_files(&[("a.yaml", POD), ("notes.txt", "{{"), ("b.yaml", "just: text\n")], 1, false)]
    fn objects_are_found(#[case] given: &[(&str, &str)], #[case] objects: usize, #[case] has_status: bool) {
        let files = files(given).unwrap();
        assert_eq!((files.objects, files.has_status), (objects, has_status));
        assert!(files.manifests.served().has_named("pods"));
    }

    #[test]
    fn empty_list_says_that_there_is_none() {
        let text = "apiVersion: security.istio.io/v1\nkind: PeerAuthenticationList\nitems: []\n";
        let files = files(&[("a.yaml", POD), ("b.yaml", text)]).unwrap();
        assert!(files.manifests.served().has_named("peerauthentications.security.istio.io"));
    }

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
        assert_eq!(resource(version, kind, &BTreeMap::new()).0, name);
    }

    #[rstest]
    #[case::nothing(&[], "there is no Kubernetes object")]
    #[case::no_object(&[("a.yaml", "a: 1\n")], "there is no Kubernetes object")]
    #[case::template(&[("a.yaml", "a: {{ .Values.b }}\n- c")], "a.yaml` is not YAML")]
    fn trouble_is_told(#[case] given: &[(&str, &str)], #[case] told: &str) {
        let error = crate::error::chain(&files(given).unwrap_err());
        assert!(error.contains(told), "{error}");
    }

    #[test]
    fn folder_that_is_not_there_is_told() {
        assert!(matches!(Files::read(Path::new("/nonexistent")), Err(FilesError::Io { .. })));
    }
}
