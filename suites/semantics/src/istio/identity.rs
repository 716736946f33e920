//! Identities of the mesh: how a workload is called in its certificate, and how the workload that it calls is told.

/// The header in which a sidecar tells its workload who calls.
pub const CALLER_HEADER: &str = "x-forwarded-client-cert";
/// The trust domain of a mesh that names none.
pub const DEFAULT_TRUST_DOMAIN: &str = "cluster.local";

/// The identity of a workload that runs as this service account.
pub fn spiffe_id(trust_domain: &str, namespace: &str, account: &str) -> String {
    format!("spiffe://{trust_domain}/ns/{namespace}/sa/{account}")
}

/// Who called last, as `URI=…`: in the element after the last comma, where several proxies added theirs.
pub fn caller_uri(header: &str) -> Option<&str> {
    let last = header.rsplit(',').next().unwrap_or(header);
    last.split(';').find(|part| part.starts_with("URI="))
}
