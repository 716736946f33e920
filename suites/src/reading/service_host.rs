//! The hosts of Services inside the cluster.

use world::Context;

/// The full host of a Service.
pub fn service_host(cx: &Context, namespace: &str, name: &str) -> String {
    format!("{name}.{namespace}.svc.{}", cx.inputs().serverless.cluster_domain)
}
