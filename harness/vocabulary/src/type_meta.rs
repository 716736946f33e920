//! What a document of meshproof is: the version of all its formats, and its own kind, as Kubernetes tells it of objects.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of every document that meshproof writes: its reports, recordings and the manifest of a bundle. A field is
/// added without a new version; none is removed or changes its meaning.
pub const API_VERSION: &str = "meshproof.dev/v1alpha2";

/// The two fields that tell what a document is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TypeMeta {
    /// `meshproof.dev/v1alpha2`.
    pub api_version: String,
    /// The kind of the document, for example `Report`.
    pub kind: String,
}

impl TypeMeta {
    /// A document of this kind, in the version of today.
    pub fn of_kind(kind: &str) -> Self {
        Self { api_version: API_VERSION.to_owned(), kind: kind.to_owned() }
    }
}

impl fmt::Display for TypeMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.api_version, self.kind)
    }
}

/// The JSON Schema of a document as it is written, as text that is committed.
pub fn schema_of<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    format!("{:#}\n", schema.to_value())
}
