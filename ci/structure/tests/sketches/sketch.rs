//! A workspace in a temporary folder, written from a text of a file a line.

use std::path::Path;
use structure::{ModuleTree, StructureError, Workspace, arrows, circles};
use tempfile::TempDir;

/// A workspace that a test has written.
pub(crate) struct Sketch {
    folder: TempDir,
}

impl Sketch {
    /// Writes what the lines say: `<path>: <content>`, where `\n` stands for a new line.
    pub(crate) fn of(files: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for line in files.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (path, content) = line.split_once(": ").unwrap();
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content.replace("\\n", "\n")).unwrap();
        }
        Self { folder }
    }

    /// Its modules, from `lib.rs` on.
    pub(crate) fn tree(&self) -> Result<ModuleTree, StructureError> {
        ModuleTree::read(self.folder.path(), Path::new("lib.rs"))
    }

    /// Its arrows, a text each.
    pub(crate) fn arrows(&self) -> Vec<String> {
        let arrows = arrows(&self.tree().unwrap());
        arrows.iter().map(|arrow| format!("{} {arrow}", arrow.from.display())).collect()
    }

    /// Its circles, a text each.
    pub(crate) fn circles(&self) -> Vec<String> {
        circles(&arrows(&self.tree().unwrap())).iter().map(ToString::to_string).collect()
    }

    /// Its manifests.
    pub(crate) fn workspace(&self) -> Result<Workspace, StructureError> {
        Workspace::read(self.folder.path())
    }
}
