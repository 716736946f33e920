//! A crate of the workspace: what its manifest says of it, and where its sources begin.

use crate::error::StructureError;
use crate::manifest::{Dependencies, Manifest, Requirement};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name that code calls it by, or the package's, if it has no library.
    pub name: String,
    /// The name of its package.
    pub package: String,
    /// Its folder, below the workspace's.
    pub folder: PathBuf,
    /// Its one sentence, from its manifest; empty if there is none.
    pub description: String,
    /// The files that a library or a program of it begins with, below the workspace's folder.
    pub roots: Vec<PathBuf>,
    /// What it needs to be built.
    pub dependencies: BTreeSet<Dependency>,
    /// What its tests need besides.
    pub dev_dependencies: BTreeSet<Dependency>,
}

/// What a crate depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The name of the package.
    pub package: String,
    /// Its folder below the workspace's, if it is a package of this repository.
    pub folder: Option<PathBuf>,
}

impl Member {
    /// Reads the crate in a folder below the workspace's, with the dependencies that the workspace states for all.
    pub(crate) fn read(top: &Path, folder: &Path, stated: &Dependencies) -> Result<Self, StructureError> {
        let manifest = Manifest::read(&top.join(folder))?;
        let Some(package) = &manifest.package else {
            return Err(StructureError::FindSection { path: folder.join("Cargo.toml"), section: "package" });
        };
        let roots = roots(top, folder, &manifest)?;
        let library = manifest.lib.as_ref().and_then(|lib| lib.name.clone());
        let is_library = roots.iter().any(|root| root.ends_with("src/lib.rs")) || manifest.lib.is_some();
        let spelled = if is_library { package.name.replace('-', "_") } else { package.name.clone() };
        let dependency =
            |(name, requirement): (&String, &Requirement)| dependency(folder, stated, name, requirement);
        Ok(Self {
            name: library.unwrap_or(spelled),
            package: package.name.clone(),
            folder: folder.to_owned(),
            description: package.description().to_owned(),
            roots,
            dependencies: manifest.dependencies().map(dependency).collect(),
            dev_dependencies: manifest.dev_dependencies().map(dependency).collect(),
        })
    }

    /// Its manifest, below the workspace's folder.
    pub fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }
}

fn dependency(folder: &Path, stated: &Dependencies, name: &str, requirement: &Requirement) -> Dependency {
    let (origin, requirement) = match requirement {
        Requirement::Table { workspace: true, .. } => (Path::new(""), stated.get(name)),
        own => (folder, Some(own)),
    };
    let (path, package) = match requirement {
        Some(Requirement::Table { path, package, .. }) => (path.as_deref(), package.as_deref()),
        Some(Requirement::Version(_)) | None => (None, None),
    };
    Dependency {
        package: package.unwrap_or(name).to_owned(),
        folder: path.map(|path| without_dots(&origin.join(path))),
    }
}

/// The path without `.` and `..`, so that two ways to a folder are one.
pub(crate) fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// What the manifest names, and what cargo finds unnamed: `src/lib.rs`, `src/main.rs`, `src/bin/*.rs`.
fn roots(top: &Path, folder: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, StructureError> {
    let targets = manifest.lib.iter().chain(&manifest.bin);
    let mut roots: Vec<_> = targets.filter_map(|target| target.path.as_ref()).map(PathBuf::from).collect();
    roots.extend(["src/lib.rs".into(), "src/main.rs".into()]);
    let programs = folder.join("src/bin");
    if top.join(&programs).is_dir() {
        let failed = |source| StructureError::Read { path: programs.clone(), source };
        for entry in std::fs::read_dir(top.join(&programs)).map_err(failed)? {
            let program = Path::new("src/bin").join(entry.map_err(failed)?.file_name());
            let is_file = program.extension() == Some(OsStr::new("rs"));
            roots.push(if is_file { program } else { program.join("main.rs") });
        }
    }
    let below: BTreeSet<_> = roots.iter().map(|root| without_dots(&folder.join(root))).collect();
    Ok(below.into_iter().filter(|root| top.join(root).is_file()).collect())
}
