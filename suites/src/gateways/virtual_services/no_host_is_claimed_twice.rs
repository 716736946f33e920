//! No VirtualService claims a host of a Knative Service where net-istio has one for it.
//!
//! net-istio makes VirtualServices of each route: for all its hosts on the Gateways of Knative, and for those within the
//! cluster in the sidecars. A second VirtualService for such a host is merged with them on a Gateway, by age, and in sidecars
//! the younger of the two is dropped. Either requests pass activator and revision by, or the second one does nothing; and that
//! changes when one of the two is created anew. One with hosts of its own, on a Gateway of its own, or for the clients of
//! some namespaces only (`exportTo`) takes nothing away.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::knative_hosts::claimed_hosts;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::istio::virtual_service::{MESH, bound_gateways, is_seen_everywhere, is_seen_in, resolve_host};
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY, ROUTE_LABEL};
use std::time::Duration;
use view::virtual_service::VirtualService;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const CLAIMED_TWICE: &str = "host-claimed-twice";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::virtual_services::no_host_is_claimed_twice",
        title: "no other VirtualService claims a host of Knative",
        text: include_str!("no_host_is_claimed_twice.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "a host of a Knative Service has the VirtualServices of net-istio alone, on the Gateways of Knative and in the mesh",
            source: "Istio, Traffic management best practices, \
                     https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "name other hosts in `spec.hosts` of the VirtualService, and lead them to the Knative Service with \
                      `rewrite.authority`; or make a DomainMapping for another host",
        findings: &[FindingKind {
            code: CLAIMED_TWICE,
            meaning: "a VirtualService that is not Knative's routes a host of a Knative Service; which of the two is followed \
                      depends on their ages",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let services = cx.objects::<VirtualService>().await?;
    let hosts = claimed_hosts(cx).await?;
    let scope = mesh_scope(cx).await?;
    if hosts.everywhere.is_empty() {
        let skip = || skip_not_installed("a Knative Service");
        return hosts.missing.map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    let serving = &cx.inputs().serverless.serving_namespace;
    let of_knative = [INGRESS_GATEWAY, LOCAL_GATEWAY].map(|name| format!("{serving}/{name}"));
    let pods_namespace = &cx.inputs().mesh.gateway_namespace;
    let domain = &cx.inputs().serverless.cluster_domain;
    let mut judgement = Judgement::default();
    for service in services.iter().filter(|one| !one.metadata.labels.contains_key(ROUTE_LABEL)) {
        let bound = bound_gateways(service);
        let is_in_sidecars = bound.iter().any(|name| name == MESH) && is_seen_everywhere(service);
        let gateway =
            bound.iter().find(|name| of_knative.contains(name) && is_seen_in(service, pods_namespace));
        for (index, host) in service.spec.hosts.iter().enumerate() {
            let host = resolve_host(host, service, domain);
            let place = match gateway {
                Some(gateway) if hosts.everywhere.contains(&host) => format!("on Gateway {gateway}"),
                _ if is_in_sidecars && hosts.in_cluster.contains(&host) => {
                    "in the sidecars (`mesh`)".to_owned()
                }
                _ => continue,
            };
            let finding = Finding::new(CLAIMED_TWICE, service.object_ref(), format!("spec.hosts[{index}]"))
                .expected("no host of a Knative Service, for which net-istio makes VirtualServices")
                .observed(format!("`{host}`, {place}"));
            match scope.membership_of_namespace(&service.metadata.namespace) {
                GatewayMembership::Inside => judgement.add(finding),
                GatewayMembership::Outside => {}
                GatewayMembership::NotKnown(missing) => judgement.leave_rest(CLAIMED_TWICE, Some(missing)),
            }
        }
    }
    judgement.leave_rest(CLAIMED_TWICE, services.missing().or(hosts.missing));
    let count = hosts.everywhere.len();
    Ok(judgement.verdict(|| format!("no other VirtualService for {count} hosts of Knative Services")))
}
