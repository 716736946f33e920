//! Makes a cluster and installs the stack of the document on it.

pub mod install;
pub mod pki;
pub mod program;
pub mod provider;
