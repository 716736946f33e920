//! Excluded ports: the inbound ports of a pod at which its sidecar does not take the traffic.

use serde_json::Value;
use std::collections::BTreeSet;
use view::pod::Pod;

/// The ports that a pod was injected to exclude.
#[derive(Debug)]
pub struct PodExclusion {
    /// The field that lists them.
    pub field: String,
    /// The list, separated by commas.
    pub list: String,
}

/// The ports that a pod excludes: by the arguments of `istio-init`, or by the annotation where CNI redirects. Nothing
/// where neither tells.
pub fn pod_exclusion(pod: &Pod) -> Option<PodExclusion> {
    // The view keeps arguments of `istio-init` only.
    let init = pod.spec.init_containers.iter().find(|container| !container.args.is_empty());
    if let Some(init) = init {
        return Some(PodExclusion {
            field: format!("spec.initContainers[{}].args", init.name),
            list: init.argument("-d").unwrap_or("no port").to_owned(),
        });
    }
    let list = pod.metadata.annotations.exclude_inbound_ports.clone()?;
    let field = "metadata.annotations[traffic.sidecar.istio.io/excludeInboundPorts]".to_owned();
    Some(PodExclusion { field, list })
}

/// The ports of a setting of the mesh: in one text, as Helm takes them, or in a list, as Maistra does.
pub fn parse_ports(value: &Value) -> BTreeSet<u16> {
    match value {
        Value::String(list) => parse_port_list(list),
        Value::Array(list) => list.iter().filter_map(port_number).collect(),
        value => port_number(value).into_iter().collect(),
    }
}

/// The ports of a list that is separated by commas.
pub fn parse_port_list(list: &str) -> BTreeSet<u16> {
    list.split(',').filter_map(|port| port.trim().parse().ok()).collect()
}

fn port_number(value: &Value) -> Option<u16> {
    u16::try_from(value.as_u64()?).ok()
}
