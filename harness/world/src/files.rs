//! Files instead of a cluster: manifests, a must-gather, or what `kubectl get -o yaml` printed.
//!
//! A list without items says that there is none; of a kind that is nowhere in the files, nothing is known.

mod document;
mod error;
mod inventory;
mod paths;

pub use error::FilesError;

use crate::manifests::Manifests;
use inventory::Inventory;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use vocabulary::{DISCOVERY, STATUS};

/// See the module text.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    manifests: Manifests,
    /// How many objects there are.
    objects: usize,
    /// How many files hold them.
    files: usize,
    has_status: bool,
    has_definitions: bool,
}

impl Files {
    /// Reads a folder with all that is below it, or one file.
    pub fn read(folder: &Path) -> Result<Self, FilesError> {
        let (mut entries, mut files) = (Vec::new(), 0);
        for path in paths::list(folder)? {
            let before = entries.len();
            entries.extend(document::read(&path)?);
            files += usize::from(entries.len() > before);
        }
        let inventory = Inventory::of(entries);
        let objects = inventory.len();
        if objects == 0 {
            return Err(FilesError::Empty(folder.to_owned()));
        }
        let (has_status, has_definitions) = (inventory.has_status(), inventory.has_definitions());
        let manifests = Manifests::some(Timestamp::now(), inventory.served(), inventory.into_raw());
        Ok(Self { folder: folder.to_owned(), manifests, objects, files, has_status, has_definitions })
    }

    /// The files in a few words, for a person.
    pub fn describe(&self) -> String {
        let what = if self.has_status { "" } else { ", without status" };
        format!("{} objects in {} files of {}{what}", self.objects, self.files, self.folder.display())
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
    #[case::nothing(&[], "there is no Kubernetes object")]
    #[case::no_object(&[("a.yaml", "a: 1\n")], "there is no Kubernetes object")]
    #[case::template(&[("a.yaml", "a: {{ .Values.b }}\n- c")], "a.yaml` is not YAML")]
    fn trouble_is_told(#[case] given: &[(&str, &str)], #[case] told: &str) {
        let error = vocabulary::chain(&files(given).unwrap_err());
        assert!(error.contains(told), "{error}");
    }

    #[test]
    fn folder_that_is_not_there_is_told() {
        assert!(matches!(Files::read(Path::new("/nonexistent")), Err(FilesError::Io { .. })));
    }
}
