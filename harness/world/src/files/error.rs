//! Why files cannot be judged.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// The largest file that is read, in bytes. A larger one is no manifest.
pub(crate) const LARGEST_FILE: u64 = 256 << 20;

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
    #[error("`{path}` is larger than {} MiB", LARGEST_FILE >> 20)]
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
