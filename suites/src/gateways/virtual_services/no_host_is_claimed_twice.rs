//! No VirtualService claims a host of a Knative Service where net-istio has one for it.
//!
//! net-istio makes VirtualServices of each route: for all its hosts on the Gateways of Knative, and for those within the
//! cluster in the sidecars. A second VirtualService for such a host is merged with them on a Gateway, by age, and in sidecars
//! the younger of the two is dropped. Either requests pass activator and revision by, or the second one does nothing; and that
//! changes when one of the two is created anew. One with hosts of its own, on a Gateway of its own, or for the clients of
//! some namespaces only (`exportTo`, `sourceNamespace`) takes nothing away; nor does one without a route for such requests,
//! or one that no server of the Gateway lets through (`namespace/host`). A wildcard is a claim where a server narrows it
//! to a host of Knative.

use crate::judging::host_claims::{HostClaim, KnativeServers};
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::knative_hosts::claimed_hosts;
use crate::reading::mesh_defaults::mesh_defaults;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::istio::routes::ExportedService;
use semantics::knative::gateways::ROUTE_LABEL;
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
    let servers = KnativeServers::read(cx).await?;
    let mesh = mesh_defaults(cx).await?;
    let mut judgement = Judgement::default();
    for service in services.iter().filter(|one| !one.metadata.labels.contains_key(ROUTE_LABEL)) {
        let exported = ExportedService::new(service, &mesh.defaults);
        for (index, host) in exported.hosts.iter().enumerate() {
            let (host, place) = match servers.claim(&exported, host, &hosts) {
                HostClaim::None => continue,
                HostClaim::There(host, place) => (host, place),
                HostClaim::NotKnown(missing) => {
                    judgement.leave_rest(CLAIMED_TWICE, Some(missing));
                    continue;
                }
            };
            let finding = Finding::new(CLAIMED_TWICE, service.object_ref(), format!("spec.hosts[{index}]"))
                .expected("no host of a Knative Service, for which net-istio makes VirtualServices")
                .observed(format!("`{host}`, {place}"));
            match scope.membership_of_namespace(&service.metadata.namespace) {
                // Who it is exported to is for the mesh to say, where it does not say so itself.
                GatewayMembership::Inside => judgement
                    .add_absence(mesh.missing.clone().filter(|_| service.spec.export_to.is_empty()), finding),
                GatewayMembership::Outside => {}
                GatewayMembership::NotKnown(missing) => judgement.leave_rest(CLAIMED_TWICE, Some(missing)),
            }
        }
    }
    judgement.leave_rest(CLAIMED_TWICE, services.missing().or(hosts.missing));
    let count = hosts.everywhere.len();
    Ok(judgement.verdict(|| format!("no other VirtualService for {count} hosts of Knative Services")))
}
