//! The time, as Kubernetes writes it.
use k8s_openapi::jiff::Timestamp;

/// This second.
pub(crate) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
