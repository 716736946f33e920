//! Rival gateways: what may claim the pods of Knative's Gateways beside them, as Istio has it: as a Gateway.

use crate::reading::ingress_settings::ingress_settings;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::listener_conflict::{PlacedServer, placed_servers};
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::knative::gateways::is_knative_gateway;
use semantics::selection::format_selector;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::Gateway;
use view::ingress::Ingress;
use view::ingress_class::IngressClass;
use vocabulary::{HarnessError, ObjectRef, View};
use world::Context;

/// A Gateway that somebody wrote, or that istiod makes of another object.
#[derive(Debug)]
pub struct RivalGateway {
    pub(super) gateway: Arc<Gateway>,
    pub(super) object: ObjectRef,
    /// Where in the object each server is.
    pub(super) fields: Vec<String>,
    /// Whether the control plane of Knative's mesh reads it.
    pub membership: GatewayMembership,
}

/// Those of a kind.
#[derive(Debug)]
pub struct RivalGateways {
    /// Those that are known.
    pub known: Vec<RivalGateway>,
    /// What is missing to know that there is no other.
    pub missing: Option<String>,
    /// What there is to say beside a verdict.
    pub note: &'static str,
}

/// A server of one.
#[derive(Debug, Clone, Copy)]
pub struct RivalServer<'a> {
    /// The server.
    pub placed: PlacedServer<'a>,
    /// The object that somebody wrote.
    pub object: &'a ObjectRef,
    /// Where in the object it is.
    pub field: &'a str,
}

impl RivalGateway {
    /// Its servers.
    pub fn servers(&self) -> impl Iterator<Item = RivalServer<'_>> {
        let placed = placed_servers(&self.gateway).zip(&self.fields);
        placed.map(|(placed, field)| RivalServer { placed, object: &self.object, field })
    }
}

impl RivalServer<'_> {
    /// Its hosts, as a person wrote them: a listener of the Gateway API has no namespaces in them.
    pub fn hosts(&self) -> String {
        let is_of_gateway_api = self.services().is_some();
        let as_written = |host: &String| match host.split_once('/') {
            Some((_, host)) if is_of_gateway_api => host.to_owned(),
            _ => host.clone(),
        };
        let hosts: BTreeSet<_> = self.placed.server.hosts.iter().map(as_written).collect();
        hosts.into_iter().collect::<Vec<_>>().join("`, `")
    }

    /// What makes it one of its pods.
    pub fn way_to_pods(&self) -> String {
        match self.services() {
            Some(services) => format!("Service {}", services.replace(',', ", ")),
            None => format_selector(&self.placed.gateway.spec.selector),
        }
    }

    fn services(&self) -> Option<&String> {
        self.placed.gateway.metadata.annotations.services.as_ref()
    }
}

/// The Gateways that are not Knative's.
pub async fn other_gateways(cx: &Context) -> Result<RivalGateways, HarnessError> {
    let gateways = cx.objects::<Gateway>().await?;
    let scope = mesh_scope(cx).await?;
    let serving = &cx.inputs().serverless.serving_namespace;
    let others = gateways.iter().filter(|one| !is_knative_gateway(one, serving));
    let rival = |gateway: &Arc<Gateway>| RivalGateway {
        object: gateway.object_ref(),
        fields: (0..gateway.spec.servers.len()).map(|index| format!("spec.servers[{index}]")).collect(),
        membership: scope.membership_of(gateway),
        gateway: Arc::clone(gateway),
    };
    Ok(RivalGateways { known: others.map(rival).collect(), missing: gateways.missing(), note: scope.note() })
}

/// The Gateways that istiod makes of Ingresses.
pub async fn ingress_gateways(cx: &Context) -> Result<RivalGateways, HarnessError> {
    let settings = match ingress_settings(cx).await {
        Ok(settings) if settings.serve_none() => {
            return Ok(RivalGateways { known: Vec::new(), missing: None, note: "; no Ingress is served" });
        }
        other => other,
    };
    let ingresses = cx.objects::<Ingress>().await?;
    let classes = cx.known_objects::<IngressClass>().await?;
    let scope = mesh_scope(cx).await?;
    let mut rivals = RivalGateways { known: Vec::new(), missing: ingresses.missing(), note: scope.note() };
    let settings = match settings {
        Ok(settings) => settings,
        // Nobody knows which Ingresses are served: what is not there is not served either.
        Err(error) => match error.reason_to_skip() {
            Some(reason) if !ingresses.is_empty() => {
                rivals.missing = Some(format!("which Ingresses are served: {reason}"));
                return Ok(rivals);
            }
            Some(_) => return Ok(rivals),
            None => return Err(error),
        },
    };
    for ingress in &ingresses {
        let class = ingress.spec.ingress_class_name.as_ref().map(|name| classes.lookup("", name));
        let membership = match settings.serve(ingress, class.as_ref()) {
            Ok(false) => continue,
            Ok(true) => scope.membership_of_namespace(&ingress.metadata.meta.namespace),
            Err(missing) => GatewayMembership::NotKnown(missing),
        };
        let (gateway, fields) = settings.gateway(ingress);
        let gateway = Arc::new(gateway);
        rivals.known.push(RivalGateway { gateway, object: ingress.object_ref(), fields, membership });
    }
    Ok(rivals)
}
