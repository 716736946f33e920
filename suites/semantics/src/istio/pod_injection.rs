//! Whether a pod was injected, and whether its sidecar works.

use crate::flaw::Flaw;
use crate::istio::injection_flaw::{InjectionFlaw, InjectionFlawKind};
use crate::istio::sidecar::{SIDECAR, has_native_sidecar, has_ready_sidecar, sidecar};
use view::container::{Container, IntOrString};
use view::pod::Pod;
use vocabulary::View;

/// The port on which the sidecar answers rewritten probes.
const AGENT_PORT: IntOrString = IntOrString::Int(15020);

/// What is wrong with the sidecar of a pod whose workload asks for one.
pub fn pod_injection_flaws(pod: &Pod) -> Vec<InjectionFlaw> {
    let flaw = |kind, field: String, expected: String, observed: String| Flaw {
        kind,
        object: pod.object_ref(),
        field,
        expected,
        observed,
    };
    if sidecar(pod).is_none() {
        let names: Vec<_> = pod.all_containers().map(|container| container.name.as_str()).collect();
        return vec![flaw(
            InjectionFlawKind::PodWithoutSidecar,
            "spec.initContainers, spec.containers".to_owned(),
            format!("a container `{SIDECAR}`"),
            format!("only `{}`", names.join("`, `")),
        )];
    }
    if !has_ready_sidecar(pod) {
        let list = if has_native_sidecar(pod) { "initContainerStatuses" } else { "containerStatuses" };
        let field = format!("status.{list}[{SIDECAR}].ready");
        return vec![flaw(InjectionFlawKind::SidecarNotReady, field, "true".to_owned(), "false".to_owned())];
    }
    let applications = pod.spec.containers.iter().filter(|container| container.name != SIDECAR);
    applications
        .flat_map(http_probes)
        .filter(|(_, port)| **port != AGENT_PORT)
        .map(|(field, port)| {
            flaw(InjectionFlawKind::ProbeNotRewritten, field, AGENT_PORT.to_string(), port.to_string())
        })
        .collect()
}

fn http_probes(container: &Container) -> impl Iterator<Item = (String, &IntOrString)> {
    let probes =
        [("readinessProbe", &container.readiness_probe), ("livenessProbe", &container.liveness_probe)];
    probes.into_iter().filter_map(|(kind, probe)| {
        let port = &probe.as_ref()?.http_get.as_ref()?.port;
        Some((format!("spec.containers[{}].{kind}.httpGet.port", container.name), port))
    })
}
