//! Why an order's TLS cannot be set up.

use rustls::pki_types::pem;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// What an order asks of TLS cannot be done.
#[derive(Debug, Error)]
pub(crate) enum TlsError {
    #[error("could not read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the {what} is not PEM: {source}")]
    Pem { what: &'static str, source: pem::Error },
    #[error("the {what} has no certificate")]
    Empty { what: &'static str },
    #[error("the {what} cannot be used: {source}")]
    Unusable { what: &'static str, source: rustls::Error },
    #[error("the recorded order holds only the digest of the {what}, so it cannot be sent")]
    Recorded { what: &'static str },
    #[error("`{0}` is not a server name")]
    ServerName(String),
}
