//! A bundle: all of a run in one file, that is read nowhere but whole.
//!
//! It is a tar archive in gzip, so that any tool opens it. The comment of the gzip header names the format and the SHA-256
//! of everything behind the header, so that one changed byte is noticed before anything is believed. `docs/bundle.md`
//! describes it.

mod gzip;
pub mod manifest;
pub mod read;
pub mod write;

pub use manifest::{
    ATTACHMENTS, BundleEntries, BundleEntry, BundleError, BundleManifest, FILE, FORMAT, JOURNAL, MANIFEST,
    RECORDING,
};
pub use read::{decode, read};
pub use write::{BundleParts, EntryWriter, entry_of, write, write_parts};
