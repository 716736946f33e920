//! Why the structure of the workspace could not be read. What is wrong with a structure that was read is no error.

use std::path::PathBuf;

/// Why the structure could not be read, or its tables not be written.
#[derive(Debug, thiserror::Error)]
pub enum StructureError {
    /// A file or folder.
    #[error("could not read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A `Cargo.toml`.
    #[error("could not parse `{}` as a manifest", path.display())]
    ParseManifest {
        /// Which.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// A manifest that has not what it is read for.
    #[error("`{}` has no `[{section}]`", path.display())]
    FindSection {
        /// Which.
        path: PathBuf,
        /// What it lacks.
        section: &'static str,
    },
    /// A member with a wildcard: its crates have no order.
    #[error("`{pattern}` in `members` stands for several crates, and gives them no order")]
    OrderMembers {
        /// The member.
        pattern: String,
    },
    /// A file of Rust.
    #[error("could not parse `{}` as Rust", path.display())]
    ParseSource {
        /// Which.
        path: PathBuf,
        /// Why.
        source: syn::Error,
    },
    /// A module that is declared.
    #[error("`{}` declares `mod {module}`, and neither `{}` is there nor `{}`", path.display(), looked[0].display(), looked[1].display())]
    FindModule {
        /// The file that declares it.
        path: PathBuf,
        /// The module.
        module: String,
        /// Where it could be.
        looked: [PathBuf; 2],
    },
    /// A place in a document that is generated.
    #[error("the document has lost the line `{marker}`")]
    FindMarker {
        /// The line.
        marker: String,
    },
}
