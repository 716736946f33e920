//! Floors: a crate depends only on crates of the workspace that stand below it.
//!
//! What tests depend on is left out. A crate's tests may need what is built upon it, and cargo allows that.

use crate::workspace::Workspace;
use std::fmt;
use std::path::PathBuf;

/// A crate that depends on what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpwardArrow {
    /// The crate below.
    pub from: String,
    /// The crate above.
    pub to: String,
    /// The manifest in which the dependency is, below the workspace's folder.
    pub manifest: PathBuf,
}

impl fmt::Display for UpwardArrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, manifest } = self;
        write!(f, "{from} → {to}: {} depends on what stands above it", manifest.display())
    }
}

/// Every dependency that points upwards, in the order of the floors.
pub fn upward_arrows(workspace: &Workspace) -> Vec<UpwardArrow> {
    let mut upward = Vec::new();
    for (floor, member) in workspace.members.iter().enumerate() {
        let above = member.dependencies.iter().filter_map(|dependency| workspace.floor(dependency));
        upward.extend(above.filter(|(other, _)| *other > floor).map(|(_, other)| UpwardArrow {
            from: member.name.clone(),
            to: other.name.clone(),
            manifest: member.manifest(),
        }));
    }
    upward
}
