//! The Gateways that istiod makes of those of the Gateway API.

use crate::judging::rival_gateway::{RivalGateway, RivalGateways};
use crate::reading::gateway_api_switch::reads_gateway_api;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::gateway_api::{
    GatewayApiSettings, NamespacesByName, has_pods_of_its_own, is_served, listener_gateways,
    takes_listener_sets,
};
use semantics::istio::mesh_scope::{GatewayMembership, MeshScope};
use std::sync::Arc;
use view::gateway_class::GatewayClass;
use view::kubernetes_gateway::KubernetesGateway;
use view::namespace::Namespace;
use vocabulary::{HarnessError, Objects, View};
use world::Context;

/// Reads them. A cluster that does not serve the Gateway API has none. A listener is one of them before its certificate is
/// there: it is served as soon as that is.
pub async fn gateway_api_gateways(cx: &Context) -> Result<RivalGateways, HarnessError> {
    let is_read = reads_gateway_api(cx).await?;
    if is_read == Some(false) {
        let note = "; Istio does not read the Gateway API";
        return Ok(RivalGateways { known: Vec::new(), missing: None, note });
    }
    let gateways = cx.objects::<KubernetesGateway>().await?;
    let classes = cx.known_objects::<GatewayClass>().await?;
    let namespaces = cx.known_objects::<Namespace>().await?;
    let namespaces: NamespacesByName =
        namespaces.iter().map(|one| (one.metadata.name.clone(), one.metadata.labels.clone())).collect();
    let settings = GatewayApiSettings {
        cluster_domain: &cx.inputs().serverless.cluster_domain,
        namespaces: &namespaces,
        usable_secrets: None,
    };
    let scope = mesh_scope(cx).await?;
    let mut rivals = RivalGateways { known: Vec::new(), missing: gateways.missing(), note: scope.note() };
    for gateway in &gateways {
        let membership = match membership(gateway, &classes, &scope) {
            GatewayMembership::Outside => continue,
            GatewayMembership::Inside if is_read.is_none() => {
                GatewayMembership::NotKnown("whether istiod reads the Gateway API".to_owned())
            }
            other => other,
        };
        if takes_listener_sets(gateway) && !has_pods_of_its_own(gateway) {
            let missing = || format!("the ListenerSets of {}", gateway.object_ref());
            rivals.missing = rivals.missing.or_else(|| Some(missing()));
        }
        rivals.known.extend(listener_gateways(gateway, &settings).into_iter().map(|made| RivalGateway {
            gateway: Arc::new(made.gateway),
            object: gateway.object_ref(),
            fields: vec![made.field],
            membership: membership.clone(),
        }));
    }
    Ok(rivals)
}

/// Whether the control plane of Knative's mesh serves a Gateway.
///
/// Istio 1.31 configures pods by a Gateway whose label names the revision of another control plane, too, and others before did
/// not: `buildClient` of `pilot/pkg/config/kube/gateway/controller.go`.
fn membership(
    gateway: &KubernetesGateway,
    classes: &Objects<GatewayClass>,
    scope: &MeshScope,
) -> GatewayMembership {
    let (meta, class) = (&gateway.metadata, &gateway.spec.gateway_class_name);
    let of_namespace = scope.membership_of_namespace(&meta.namespace);
    match is_served(class, &classes.lookup("", class)) {
        _ if of_namespace == GatewayMembership::Outside => GatewayMembership::Outside,
        Ok(false) => GatewayMembership::Outside,
        Err(missing) => GatewayMembership::NotKnown(missing),
        Ok(true) if scope.membership(meta) == GatewayMembership::Outside => {
            GatewayMembership::NotKnown("whether istiod reads Gateways of another revision".to_owned())
        }
        Ok(true) => of_namespace,
    }
}
