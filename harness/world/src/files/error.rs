//! Why files cannot be judged.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// The files cannot be judged.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The file system refused.
    #[error("could not read `{}`", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// An archive is damaged.
    #[error("`{path}` is no archive that can be read")]
    Archive {
        /// The archive.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// An archive holds a path that leads out of it.
    #[error("`{path}` holds `{entry}`, which leads out of the archive")]
    WayOut {
        /// The archive.
        path: String,
        /// The path in it.
        entry: String,
    },
    /// An archive unpacks to too much.
    #[error("`{path}` unpacks to more than {}", mebibytes(*limit))]
    Bomb {
        /// The archive.
        path: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// All manifests together are too large.
    #[error("the manifests are more than {}", mebibytes(*limit))]
    TooMuch {
        /// The limit, in bytes.
        limit: u64,
    },
    /// There are too many files.
    #[error("there are more than {limit} files")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// There is no object in them.
    #[error("there is no Kubernetes object in {}{}", paths.join(", "), because(not_read))]
    Empty {
        /// The paths that were named.
        paths: Vec<String>,
        /// What was not read, and why, in one line.
        not_read: String,
    },
}

impl FilesError {
    /// What a person does about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "name a file or folder that exists and can be read with `--files`",
            Self::Archive { .. } => "fetch the archive once more, or unpack it and name the folder",
            Self::WayOut { .. } | Self::Bomb { .. } => "no must-gather is like that; ask where it came from",
            Self::TooMuch { .. } | Self::TooMany { .. } => "name fewer: the folders that hold the manifests",
            Self::Empty { not_read, .. } if !not_read.is_empty() => {
                "render templates first, and pipe what that prints into `meshproof run --files -`"
            }
            Self::Empty { .. } => {
                "name a folder with YAML or JSON: manifests, a must-gather, or what `kubectl get -A -o yaml` printed"
            }
        }
    }
}

fn mebibytes(bytes: u64) -> String {
    if bytes < 1 << 20 { format!("{bytes} bytes") } else { format!("{} MiB", bytes >> 20) }
}

fn because(not_read: &str) -> String {
    if not_read.is_empty() { String::new() } else { format!(" that could be read: {not_read}") }
}
