//! The format of a bundle: its limits, the list of its entries, and how one can be wrong.

use crate::recording_error::RecordingError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use thiserror::Error;
use vocabulary::{Digest, TypeMeta, schema_of};

/// The name and version of the format. An entry is added without a new version; none is removed or changed in meaning.
pub const FORMAT: &str = "meshproof-bundle/2";
/// The format before it, which is read, too: its documents have other spellings.
pub(crate) const FORMAT_1: &str = "meshproof-bundle/1";
/// The kind of the manifest as a document.
pub(crate) const KIND: &str = "Bundle";
/// The name of the file in a run's folder.
pub const FILE: &str = "bundle.tar.gz";
/// The entry that lists the others.
pub const MANIFEST: &str = "manifest.json";
/// The entry with the journal.
pub const JOURNAL: &str = "journal.jsonl";
/// The entry with the observations.
pub const RECORDING: &str = "recording.json";
/// The entry that tells what the evidence is, by the check's id.
pub const ATTACHMENTS: &str = "attachments.json";

/// The gzip header up to its comment: deflate, a comment, no time, best compression, no system.
pub(crate) const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 2, 255];
/// How large a bundle may be.
pub(crate) const LARGEST: u64 = 64 << 20;
/// How large its entries may be in all.
pub(crate) const LARGEST_CONTENT: u64 = 256 << 20;
/// How many entries it may have.
pub(crate) const MOST_ENTRIES: usize = 20_000;

/// What a bundle holds, by name.
pub type BundleEntries = BTreeMap<String, Vec<u8>>;

/// The list of the entries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BundleManifest {
    /// What the document is.
    #[serde(flatten, skip_deserializing, default = "type_meta")]
    pub type_meta: TypeMeta,
    /// The entries.
    pub entries: BTreeMap<String, BundleEntry>,
    /// What was too large to be taken in.
    #[serde(default, alias = "left_out", skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl BundleManifest {
    /// The JSON Schema of a manifest, as committed.
    pub fn schema() -> String {
        schema_of::<Self>()
    }
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BundleEntry {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// A bundle could not be read.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The file system refused.
    #[error("could not read the bundle at `{path}`")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is something else.
    #[error("this is not a bundle of meshproof")]
    Other,
    /// Another version wrote it.
    #[error("the bundle is of format `{0}`, and this version reads `{FORMAT}` and `{FORMAT_1}`")]
    Format(String),
    /// It is larger than any run's.
    #[error("the bundle is larger than {} MiB", LARGEST >> 20)]
    Oversized,
    /// Its content is larger than any run's.
    #[error("the content of the bundle is larger than {} MiB", LARGEST_CONTENT >> 20)]
    OversizedContent,
    /// A byte is another, or the end is missing.
    #[error("the bundle is damaged: its content is not what its header says")]
    Damaged,
    /// It is whole, and not made as a bundle is.
    #[error("the bundle is malformed: {0}")]
    Malformed(String),
    /// An entry is missing.
    #[error("the bundle has no entry `{0}`")]
    NoEntry(String),
    /// The journal cannot be read.
    #[error("line {line} of the bundle's journal is not an event")]
    Journal {
        /// The line, from 1.
        line: usize,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The recording cannot be read.
    #[error(transparent)]
    Recording(#[from] RecordingError),
}

/// The comment of the gzip header.
pub(crate) fn type_meta() -> TypeMeta {
    TypeMeta::of_kind(KIND)
}

pub(crate) fn comment(format: &str, content: &Digest) -> String {
    format!("{format} sha256:{content}")
}
