//! Which files of a kustomization are no objects, and which objects are not what is applied in the end.
//!
//! A patch looks like an object with few fields. Nothing is rendered here: the object that a patch changes is not judged, and
//! what else a kustomization changes is told.

use crate::files::documents::aliases;
use crate::files::documents::file_object::FileObject;
use crate::files::documents::unique_keys::UniqueKeys;
use crate::files::inputs::input_file::InputFile;
use crate::files::not_read::{NotRead, NotReadReason};
use crate::files::unrendered::kustomize_patch::{PatchTarget, patch_targets};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What changes the objects of a kustomization.
const CHANGES: &[&str] = &[
    "commonAnnotations",
    "commonLabels",
    "components",
    "configMapGenerator",
    "generators",
    "helmCharts",
    "images",
    "labels",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "replicas",
    "secretGenerator",
    "transformers",
    "vars",
];

/// The kustomizations among some files.
#[derive(Debug, Default)]
pub(crate) struct Kustomizations {
    /// By their folder.
    by_folder: BTreeMap<PathBuf, Value>,
    /// The files of kustomizations themselves.
    own: BTreeSet<PathBuf>,
    /// Patches and data, with the folder of their kustomization.
    parts: BTreeMap<PathBuf, PathBuf>,
    patches: Vec<AppliedPatch>,
    /// What is told of them.
    pub(crate) not_read: Vec<NotRead>,
}

/// A patch, and the files whose objects it may change.
#[derive(Debug)]
struct AppliedPatch {
    target: PatchTarget,
    files: BTreeSet<PathBuf>,
    by: PathBuf,
}

impl Kustomizations {
    /// The kustomizations among some files.
    pub(crate) fn among(files: &[Arc<InputFile>]) -> Self {
        let mut found = Self::default();
        for file in files {
            let is_called_so =
                file.path().file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
            let (Some(folder), true) = (file.path().parent(), is_called_so) else { continue };
            if let Some(value) = file.with_text(parse_kustomization).flatten() {
                found.own.insert(file.path().to_owned());
                found.by_folder.insert(folder.to_owned(), value);
            }
        }
        let texts: BTreeMap<_, _> = files.iter().map(|file| (file.path(), file.as_ref())).collect();
        for folder in found.by_folder.keys().cloned().collect::<Vec<_>>() {
            found.add(&folder, &texts);
        }
        found
    }

    fn add(&mut self, folder: &Path, files: &BTreeMap<&Path, &InputFile>) {
        let Some(kustomization) = self.by_folder.get(folder) else { return };
        let is_set = |key: &&&str| match &kustomization[**key] {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => true,
        };
        let changes: Vec<_> = CHANGES.iter().filter(is_set).copied().collect();
        if !changes.is_empty() {
            let name = folder.display().to_string();
            let path = if name.is_empty() { ".".to_owned() } else { name.clone() };
            let told = NotRead::file(path, NotReadReason::Kustomization(name)).detail(changes.join(", "));
            self.not_read.push(told);
        }
        for part in part_paths(kustomization) {
            self.parts.insert(joined(folder, &part), folder.to_owned());
        }
        let text_of = |path: &str| files.get(joined(folder, path).as_path())?.with_text(ToOwned::to_owned);
        let targets = patch_targets(kustomization, text_of);
        let files = self.resources(folder, &mut BTreeSet::new());
        let by = folder.to_owned();
        self.patches.extend(targets.into_iter().map(|target| AppliedPatch {
            target,
            files: files.clone(),
            by: by.clone(),
        }));
    }

    /// The files whose objects a kustomization puts together, those of the ones below it included.
    fn resources(&self, folder: &Path, visited: &mut BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let mut files = BTreeSet::new();
        let Some(kustomization) = self.by_folder.get(folder) else { return files };
        if !visited.insert(folder.to_owned()) {
            return files;
        }
        for key in ["resources", "bases", "components"] {
            for path in kustomization[key].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let path = joined(folder, path);
                if self.by_folder.contains_key(&path) {
                    files.extend(self.resources(&path, visited));
                } else {
                    files.insert(path);
                }
            }
        }
        files
    }

    /// Whether a file is a kustomization.
    pub(crate) fn is_one(&self, path: &Path) -> bool {
        self.own.contains(path)
    }

    /// The folder of the kustomization of which a file is a patch or data.
    pub(crate) fn part_of(&self, path: &Path) -> Option<String> {
        self.parts.get(path).map(|folder| folder.display().to_string())
    }

    /// The folder of the kustomization that changes an object by a patch.
    pub(crate) fn patching(&self, object: &FileObject) -> Option<String> {
        let meta = |field: &str| object.object["metadata"][field].as_str().unwrap_or("");
        let is_applied = |patch: &&AppliedPatch| {
            patch.files.contains(Path::new(object.place.file()))
                && patch.target.is_of(&object.kind, meta("namespace"), meta("name"))
        };
        self.patches.iter().find(is_applied).map(|patch| patch.by.display().to_string())
    }
}

/// The kustomization of a text. `None`: it is something else; what is no YAML is told when its documents are read.
fn parse_kustomization(text: &str) -> Option<Value> {
    if !aliases::is_small_expanded(text) {
        return None;
    }
    let UniqueKeys(value) = serde_yaml::from_str(text).ok()?; // none: it is read as any other file, which tells why
    let version = value["apiVersion"].as_str();
    // Flux has objects of the same name.
    let is_one = version.is_none_or(|version| version.starts_with("kustomize.config.k8s.io/"));
    (is_one && value.is_object()).then_some(value)
}

/// The paths of patches and data.
fn part_paths(kustomization: &Value) -> Vec<String> {
    let entries = |key: &str| kustomization[key].as_array().cloned().unwrap_or_default(); // none: the key is optional
    let mut paths = Vec::new();
    for key in ["patches", "patchesJson6902", "replacements"] {
        paths.extend(entries(key).iter().filter_map(|entry| entry["path"].as_str().map(ToOwned::to_owned)));
    }
    for key in ["patchesStrategicMerge", "transformers", "generators", "configurations"] {
        let is_path = |text: &&str| !text.contains('\n');
        paths.extend(entries(key).iter().filter_map(Value::as_str).filter(is_path).map(ToOwned::to_owned));
    }
    for entry in entries("configMapGenerator").iter().chain(&entries("secretGenerator")) {
        let files = entry["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
        // `key=path`, or the path alone.
        paths.extend(files.map(|file| file.split_once('=').map_or(file, |(_, path)| path).to_owned()));
    }
    for chart in entries("helmCharts") {
        paths.extend(chart["valuesFile"].as_str().map(ToOwned::to_owned));
    }
    paths
}

/// A path from a folder, without the way back.
fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut joined = folder.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(part) => joined.push(part),
            Component::ParentDir => {
                joined.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    joined
}
