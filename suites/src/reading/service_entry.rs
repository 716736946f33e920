//! The ServiceEntry that tells workloads of a host.

use semantics::istio::service_entry::entries_for_host;
use std::sync::Arc;
use view::service_entry::ServiceEntry;
use vocabulary::HarnessError;
use world::Context;

/// The first ServiceEntry that names a host and is visible in a namespace.
pub async fn find_service_entry(
    cx: &Context,
    host: &str,
    namespace: &str,
) -> Result<Option<Arc<ServiceEntry>>, HarnessError> {
    let entries = cx.objects::<ServiceEntry>().await?;
    Ok(entries_for_host(&entries, host, namespace).next().cloned())
}
