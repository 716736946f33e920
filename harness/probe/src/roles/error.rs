//! Why a role could not be started.

use std::io;
use std::net::SocketAddr;
use thiserror::Error;

/// A role could not be started.
#[derive(Debug, Error)]
pub enum RoleError {
    /// The address is in use, or not one of this machine.
    #[error("could not listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}
