//! The id of a check, which is its path.

use crate::error::NewCheckError;
use std::path::{Path, PathBuf};

/// The id of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckId {
    pub(crate) suite: String,
    pub(crate) area: String,
    pub(crate) behaviour: String,
}

impl CheckId {
    /// Reads an id as it is written in a check.
    pub(crate) fn parse(id: &str) -> Result<Self, NewCheckError> {
        let parts: Vec<_> = id.split("::").collect();
        match parts[..] {
            [suite, area, behaviour] if parts.iter().copied().all(is_snake_case) => {
                Ok(Self { suite: suite.to_owned(), area: area.to_owned(), behaviour: behaviour.to_owned() })
            }
            _ => Err(NewCheckError::Id(id.to_owned())),
        }
    }

    /// Its path, below each folder that holds something of the check.
    pub(crate) fn path(&self) -> PathBuf {
        Path::new(&self.suite).join(&self.area).join(&self.behaviour)
    }

    /// The file of the code.
    pub(crate) fn code(&self) -> PathBuf {
        Path::new("suites/src").join(self.path()).with_extension("rs")
    }

    /// The folder of the faults.
    pub(crate) fn faults(&self) -> PathBuf {
        Path::new("fixtures/checks").join(self.path())
    }
}

impl std::fmt::Display for CheckId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}::{}", self.suite, self.area, self.behaviour)
    }
}

fn is_snake_case(part: &str) -> bool {
    let is_of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    part.starts_with(|c: char| c.is_ascii_lowercase()) && part.chars().all(is_of_a_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_its_path() {
        let id = CheckId::parse("mesh::mtls::is_strict").unwrap();
        assert_eq!(id.code(), Path::new("suites/src/mesh/mtls/is_strict.rs"));
        assert_eq!(id.faults(), Path::new("fixtures/checks/mesh/mtls/is_strict"));
        assert_eq!(id.to_string(), "mesh::mtls::is_strict");
    }

    #[test]
    fn other_forms_are_refused() {
        for id in [
            "",
            "mesh",
            "mesh::mtls",
            "mesh::mtls::a::b",
            "mesh::Mtls::a",
            "mesh::mtls::",
            "mesh::mtls::8443",
        ] {
            let error = CheckId::parse(id).unwrap_err();
            assert!(error.to_string().ends_with(&format!("got `{id}`")), "{error}");
        }
    }
}
