//! A request that policies decide about, as far as it is known.

use std::collections::BTreeMap;

/// A request to a pod.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizationRequest<'a> {
    /// Who sends it.
    pub caller: Identity<'a>,
    /// The port of the pod.
    pub port: u16,
    /// What it says, where the proxy reads HTTP on that port; none where it passes bytes on, as those of TLS of the workload.
    pub http: Option<HttpRequest<'a>>,
}

/// As whom a caller is known to the proxy.
#[derive(Debug, Clone, Copy)]
pub enum Identity<'a> {
    /// As nobody: it has no certificate of the mesh.
    Nobody,
    /// As a workload of the mesh.
    Workload(Caller<'a>),
}

/// A workload of the mesh that calls.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its service account, where that is known.
    pub service_account: Option<&'a str>,
    /// The trust domains, where they are known; otherwise the caller is of the mesh's own.
    pub trust: Option<Trust<'a>>,
}

/// Trust domains.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// That of the caller.
    pub of_caller: &'a str,
    /// That of the mesh, and then its aliases.
    pub of_mesh: &'a [String],
}

/// A request in HTTP. What is not known of it may be anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct HttpRequest<'a> {
    /// The host, as it is named in the request.
    pub host: Option<&'a str>,
    /// The method.
    pub method: Option<&'a str>,
    /// The path, without its query.
    pub path: Option<&'a str>,
    /// All other headers, by their names in lower case.
    pub headers: Option<&'a BTreeMap<String, String>>,
    /// Whether it has a token that the proxy has verified.
    pub has_token: Option<bool>,
}
