//! Connects to a cluster or makes one, and installs the stack of the document on it.

mod container_engine;
pub mod install;
pub mod pki;
pub mod program;
pub mod provider;
