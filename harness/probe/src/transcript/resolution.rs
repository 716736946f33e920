//! How the name of a host was resolved to addresses.

use crate::transcript::time_span::TimeSpan;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The resolution of a host name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameResolution {
    /// The name.
    pub name: String,
    /// Where the addresses come from.
    pub by: AddressSource,
    /// When it was resolved.
    pub span: TimeSpan,
    /// The addresses, in the order in which they are dialled.
    pub addresses: Vec<IpAddr>,
    /// Why there is no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Where the addresses of a host come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressSource {
    /// The host is an address itself.
    Itself,
    /// From the order.
    Order,
    /// From the resolver of the machine: its hosts file, or its name servers with search domains.
    Resolver,
}
