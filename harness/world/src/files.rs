//! Files instead of a cluster: manifests, a must-gather, or what `kubectl get -o yaml` printed.
//!
//! A list without items says that there are no objects of its kind. To read a kind that is nowhere in the files is an
//! error.

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

/// The files of a folder, read.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    manifests: Manifests,
    object_count: usize,
    /// Of the files that hold an object.
    file_count: usize,
    has_status: bool,
    has_definitions: bool,
}

impl Files {
    /// Reads a folder with all that is below it, or one file.
    pub fn read(folder: &Path) -> Result<Self, FilesError> {
        let (mut entries, mut file_count) = (Vec::new(), 0);
        for path in paths::list(folder)? {
            let in_file = document::read(&path)?;
            file_count += usize::from(!in_file.is_empty());
            entries.extend(in_file);
        }
        let inventory = Inventory::of(entries);
        let object_count = inventory.len();
        if object_count == 0 {
            return Err(FilesError::Empty(folder.to_owned()));
        }
        let (has_status, has_definitions) = (inventory.has_status(), inventory.has_definitions());
        let manifests = Manifests::partial(Timestamp::now(), inventory.served(), inventory.into_objects());
        Ok(Self {
            folder: folder.to_owned(),
            manifests,
            object_count,
            file_count,
            has_status,
            has_definitions,
        })
    }

    /// The files in one line, for a person: `70 objects in 3 files of manifests`.
    pub fn describe(&self) -> String {
        let status = if self.has_status { "" } else { ", without status" };
        let Self { object_count, file_count, folder, .. } = self;
        format!("{object_count} objects in {file_count} files of {}{status}", folder.display())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The objects.
    pub fn manifests(&self) -> &Manifests {
        &self.manifests
    }

    /// Whether the files offer a capability of the cluster that they are from.
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
    fn objects_are_found(
        #[case] contents: &[(&str, &str)],
        #[case] objects: usize,
        #[case] has_status: bool,
    ) {
        let files = files(contents).unwrap();
        assert_eq!((files.object_count, files.has_status), (objects, has_status));
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
    fn error_names_the_file(#[case] contents: &[(&str, &str)], #[case] expected: &str) {
        let error = vocabulary::chain(&files(contents).unwrap_err());
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn missing_folder_is_an_error() {
        assert!(matches!(Files::read(Path::new("/nonexistent")), Err(FilesError::Io { .. })));
    }
}
