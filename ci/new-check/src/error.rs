//! Why no check was written.

use std::fmt;
use std::path::PathBuf;

/// Why no check was written.
#[derive(Debug)]
pub(crate) enum NewCheckError {
    /// The id has another form.
    Id(String),
    /// There is no such suite.
    Suite {
        /// What was named.
        suite: String,
        /// The suites that there are.
        known: Vec<String>,
    },
    /// A file is there already.
    Exists(PathBuf),
    /// A file does not list what it should.
    List {
        /// The file.
        path: PathBuf,
        /// What is not found in it.
        missing: &'static str,
    },
    /// The file system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl NewCheckError {
    /// What a person does about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Id(_) => "state what holds when the check passes: `mesh::mtls::is_strict_mesh_wide`",
            Self::Suite { .. } => "name one of them; CONTRIBUTING.md says what a suite of its own takes",
            Self::Exists(_) => "choose another name, or go on with what is there",
            Self::List { .. } => "mend the list by hand, in the form that the other files have",
            Self::Io { .. } => "look at the rights of the folder, and at the space that is left",
        }
    }
}

impl fmt::Display for NewCheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => {
                write!(f, "the id is `<suite>::<area>::<behaviour>`, each in snake case; got `{id}`")
            }
            Self::Suite { suite, known } => {
                write!(f, "there is no suite `{suite}`; there are {}", known.join(", "))
            }
            Self::Exists(path) => write!(f, "{} exists already", path.display()),
            Self::List { path, missing } => write!(f, "{} has no {missing}", path.display()),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}
