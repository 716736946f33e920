//! An HTTP request of an order.

use crate::order::payload::Payload;
use serde::{Deserialize, Serialize};

/// An HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpOrder {
    /// The method.
    #[serde(default = "default_method")]
    pub method: String,
    /// The path, with its query.
    #[serde(default = "default_path")]
    pub path: String,
    /// The host that is requested (`Host`, `:authority`). By default the dialled host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Further headers, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "Payload::is_empty")]
    pub body: Payload,
    /// The version.
    #[serde(default)]
    pub version: HttpVersion,
}

impl Default for HttpOrder {
    fn default() -> Self {
        Self {
            method: default_method(),
            path: default_path(),
            host: None,
            headers: Vec::new(),
            body: Payload::default(),
            version: HttpVersion::default(),
        }
    }
}

/// The version of HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HttpVersion {
    /// HTTP/2 if it was negotiated in the TLS handshake (ALPN `h2`), else HTTP/1.1.
    #[default]
    Negotiated,
    /// HTTP/1.1.
    H1,
    /// HTTP/2 without negotiation.
    H2,
}

fn default_method() -> String {
    "GET".to_owned()
}

fn default_path() -> String {
    "/".to_owned()
}
