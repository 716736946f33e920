//! Why a certificate could not be made or kept.

use cluster::state::StateError;
use thiserror::Error;

/// A certificate could not be made or kept.
#[derive(Debug, Error)]
pub enum PkiError {
    /// Its file could not be read or written.
    #[error("could not keep the certificates")]
    Keep(#[from] StateError),
    /// It could not be made.
    #[error("could not make the certificate `{name}`")]
    Make {
        /// Its file, without the extension.
        name: &'static str,
        /// Why.
        #[source]
        source: rcgen::Error,
    },
}
