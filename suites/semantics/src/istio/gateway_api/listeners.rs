//! The listeners of a Gateway among each other.

use std::collections::BTreeSet;
use view::kubernetes_gateway::GatewayListener;

/// The names of listeners that conflict with one before them, which is served. Read in `ComputeGatewayListenerConflicts` of
/// `pilot/pkg/config/kube/gatewaycommon/listener_conflict.go`.
pub(super) fn conflicting_names(listeners: &[GatewayListener]) -> BTreeSet<&str> {
    let (mut accepted, mut conflicting) = (Vec::<&GatewayListener>::new(), BTreeSet::new());
    for listener in listeners {
        if accepted.iter().any(|before| !are_distinct(listener, before)) {
            conflicting.insert(listener.name.as_str());
        } else {
            accepted.push(listener);
        }
    }
    conflicting
}

/// Whether two listeners go together. Read in `listenersDistinct`, same file.
fn are_distinct(one: &GatewayListener, other: &GatewayListener) -> bool {
    if one.port != other.port {
        return true;
    }
    match (has_hosts(one), has_hosts(other)) {
        (Some(true), Some(true)) => host(one) != host(other),
        (Some(_), Some(_)) => false,
        _ => one.protocol != other.protocol,
    }
}

/// Whether hosts tell the listeners of a protocol apart, or ports alone; nothing for a protocol that is not known.
fn has_hosts(listener: &GatewayListener) -> Option<bool> {
    match listener.protocol.as_str() {
        "HTTP" | "HTTPS" | "TLS" => Some(true),
        "TCP" | "UDP" => Some(false),
        _ => None,
    }
}

fn host(listener: &GatewayListener) -> &str {
    listener.hostname.as_deref().filter(|host| !host.is_empty()).unwrap_or("*")
}
