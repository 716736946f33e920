//! An object of a file.

use crate::files::documents::place::ObjectPlace;
use serde_json::Value;

/// An object, and where it is written.
#[derive(Debug)]
pub(crate) struct FileObject {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) object: Value,
    pub(crate) place: ObjectPlace,
    /// The folder of the kustomization that changes it by a patch.
    pub(crate) patched_by: Option<String>,
}
