//! Draining: for how long a sidecar goes on with the requests that it carries when its pod ends.

use crate::istio::sidecar::{has_native_sidecar, sidecar};
use jiff::SignedDuration;
use serde_json::Value;
use view::container::{Container, PROXY_CONFIG};
use view::pod::Pod;

const SETTING: &str = "terminationDrainDuration";

/// For how long the sidecar of a pod was injected to drain.
#[derive(Debug)]
pub struct PodDrain {
    /// The field that says so.
    pub field: String,
    /// What is there. Where nothing is, a sidecar has Istio's default, 5 s.
    pub value: Option<Value>,
}

/// For how long the sidecar of a pod drains; nothing without a sidecar.
pub fn pod_drain(pod: &Pod) -> Option<PodDrain> {
    let sidecar = sidecar(pod)?;
    let list = if has_native_sidecar(pod) { "initContainers" } else { "containers" };
    Some(PodDrain {
        field: format!("spec.{list}[{}].env[{PROXY_CONFIG}]: {SETTING}", sidecar.name),
        value: proxy_config(sidecar).and_then(|config| config.get(SETTING).cloned()),
    })
}

/// The duration that a setting means.
pub fn parse_duration(value: &Value) -> Option<SignedDuration> {
    value.as_str()?.parse().ok()
}

/// The configuration with which the sidecar was injected.
fn proxy_config(sidecar: &Container) -> Option<Value> {
    let variable = sidecar.env.iter().find(|variable| variable.name == PROXY_CONFIG)?;
    serde_json::from_str(&variable.value).ok()
}
