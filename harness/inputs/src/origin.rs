//! The origin of an input's value: the layer that it was taken from, in words.

use figment::Metadata;
use std::fmt;

/// How the names of the layers of flags begin.
pub(crate) const FLAG: &str = "flag";
/// How the names of the layers of discovered values begin; what follows is the object or file.
pub(crate) const FOUND: &str = "found: ";

/// The origin of an input's value: `default`, `found: <object>`, the path of a file, `environment` or `flag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputOrigin(pub String);

impl InputOrigin {
    /// The origin that figment's metadata name; none for a default.
    pub(crate) fn from_metadata(metadata: Option<&Metadata>) -> Self {
        Self(metadata.map_or_else(|| "default".to_owned(), describe))
    }
}

impl fmt::Display for InputOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn describe(metadata: &Metadata) -> String {
    let name = metadata.name.as_ref();
    if name.starts_with(FLAG) {
        return "flag".to_owned();
    }
    if name.starts_with(FOUND) {
        return name.to_owned();
    }
    if name.contains("environment variable") {
        return "environment".to_owned();
    }
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        _ => "default".to_owned(),
    }
}
