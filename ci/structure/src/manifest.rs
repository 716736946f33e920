//! A `Cargo.toml`, as far as the structure asks for it.

use crate::error::StructureError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Dependencies, by the name that the manifest gives them.
pub(crate) type Dependencies = BTreeMap<String, Requirement>;

/// A manifest: the root's, or a member's.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) package: Option<Package>,
    pub(crate) lib: Option<Target>,
    #[serde(default)]
    pub(crate) bin: Vec<Target>,
    pub(crate) workspace: Option<WorkspaceSection>,
    #[serde(flatten)]
    always: Needs,
    /// What only some platforms need.
    #[serde(default)]
    target: BTreeMap<String, Needs>,
}

/// The three tables of dependencies.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Needs {
    #[serde(default)]
    dependencies: Dependencies,
    #[serde(default)]
    build_dependencies: Dependencies,
    #[serde(default)]
    dev_dependencies: Dependencies,
}

/// `[package]`
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// A table where it is the workspace's, and so no sentence about this crate.
    description: Option<toml::Value>,
}

/// `[lib]`, or a `[[bin]]`
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: Option<String>,
    pub(crate) path: Option<PathBuf>,
}

/// `[workspace]`
#[derive(Debug, Deserialize)]
pub(crate) struct WorkspaceSection {
    #[serde(default)]
    pub(crate) members: Vec<String>,
    #[serde(default)]
    pub(crate) dependencies: Dependencies,
}

/// A line of a table of dependencies.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Requirement {
    /// `name = "1"`
    Version(#[expect(dead_code, reason = "which version it is, is cargo's affair")] String),
    /// `name = { … }`
    Table {
        path: Option<PathBuf>,
        package: Option<String>,
        #[serde(default)]
        workspace: bool,
    },
}

impl Manifest {
    /// The manifest of a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, StructureError> {
        let path = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| StructureError::Read { path: path.clone(), source })?;
        toml::from_str(&text).map_err(|source| StructureError::ParseManifest { path, source })
    }

    /// What the crate needs to be built.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = (&String, &Requirement)> {
        self.needs().flat_map(|needs| needs.dependencies.iter().chain(&needs.build_dependencies))
    }

    /// What its tests need besides.
    pub(crate) fn dev_dependencies(&self) -> impl Iterator<Item = (&String, &Requirement)> {
        self.needs().flat_map(|needs| &needs.dev_dependencies)
    }

    fn needs(&self) -> impl Iterator<Item = &Needs> {
        std::iter::once(&self.always).chain(self.target.values())
    }
}

impl Package {
    /// Its one sentence.
    pub(crate) fn description(&self) -> &str {
        self.description.as_ref().and_then(toml::Value::as_str).unwrap_or_default()
    }
}
