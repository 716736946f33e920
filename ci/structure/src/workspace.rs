//! The workspace: its members, in the order in which the root manifest names them, which is that of the floors.

use crate::error::StructureError;
use crate::manifest::Manifest;
use crate::member::{Dependency, Member, without_dots};
use std::path::{Path, PathBuf};

/// The workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its folder.
    pub top: PathBuf,
    /// Its crates, from the ground up.
    pub members: Vec<Member>,
}

impl Workspace {
    /// Reads the manifests of the workspace in a folder.
    pub fn read(top: &Path) -> Result<Self, StructureError> {
        let Some(section) = Manifest::read(top)?.workspace else {
            return Err(StructureError::FindSection { path: top.join("Cargo.toml"), section: "workspace" });
        };
        let read = |folder: &String| {
            if folder.contains(['*', '?', '[']) {
                return Err(StructureError::OrderMembers { pattern: folder.clone() });
            }
            Member::read(top, &without_dots(Path::new(folder)), &section.dependencies)
        };
        Ok(Self { top: top.to_owned(), members: section.members.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// The floor of a dependency, counted from the ground, and its crate; none if it is not of the workspace.
    pub(crate) fn floor(&self, dependency: &Dependency) -> Option<(usize, &Member)> {
        let folder = dependency.folder.as_ref()?;
        self.members.iter().enumerate().find(|(_, member)| member.folder == *folder)
    }
}
