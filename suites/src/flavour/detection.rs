//! Detection: the flavour, and the inputs that a cluster tells by itself, each with the object that told it.

use super::{ALL, CONFIG_DOMAIN, OSSM2, OSSM3, UPSTREAM, domain_of};
use crate::bootstrap;
use crate::control_plane;
use crate::selection::{self, INGRESS_GATEWAY};
use harness::check::Flavour;
use harness::error::HarnessError;
use harness::inputs::Inputs;
use harness::suites::{DetectError, Detection};
use harness::view::{Reach, View};
use harness::world::{Objects, Scope, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::config_map::ConfigMap;
use view::gateway::Gateway;
use view::istio::Istio;
use view::knative_kafka::KnativeKafka;
use view::label_selector::LabelSelector;
use view::namespace::Namespace;
use view::pod::Pod;
use view::service_mesh::ServiceMeshMemberRoll;
use view::workload::Deployment;

/// The label that Maistra puts on the namespaces of a mesh.
const MEMBER_OF: &str = "maistra.io/member-of";
const AUTO: &str = "auto";

/// A control plane that owns the namespace.
struct Owner {
    flavour: Flavour,
    root: String,
    evidence: String,
}

/// Tells the flavour of a cluster, and finds inputs.
pub async fn detect(world: &World, inputs: &Inputs) -> Result<Detection, DetectError> {
    let owner = owner(world, inputs).await?;
    let (flavour, evidence) = match (inputs.flavour.as_str(), &owner) {
        (AUTO, Some(owner)) => (owner.flavour, owner.evidence.clone()),
        (AUTO, None) => {
            let namespace = inputs.serverless.serving_namespace.clone();
            return Err(DetectError::NoControlPlane { namespace });
        }
        (name, _) => {
            let known = ALL.iter().find(|flavour| flavour.0 == name);
            let flavour = known.ok_or_else(|| DetectError::UnknownFlavour(name.to_owned()))?;
            (*flavour, "named by the inputs".to_owned())
        }
    };
    let mut discovered = BTreeMap::new();
    if let Some(owner) = owner.filter(|owner| owner.flavour == flavour) {
        discovered.insert("mesh.namespace".to_owned(), (Value::from(owner.root), owner.evidence));
    }
    discovered.extend(discover(world, inputs).await);
    let versions = versions(world).await;
    Ok(Detection { flavour, evidence, discovered, versions })
}

async fn owner(world: &World, inputs: &Inputs) -> Result<Option<Owner>, DetectError> {
    let serving = &inputs.serverless.serving_namespace;
    let namespaces = all::<Namespace>(world).await?;
    let namespace = namespaces.iter().find(|namespace| namespace.metadata.name == *serving);
    if namespace.is_none() && !namespaces.is_empty() {
        return Ok(None);
    }
    for roll in all::<ServiceMeshMemberRoll>(world).await? {
        let root = roll.metadata.namespace.clone();
        let is_member = namespace.is_some_and(|namespace| namespace.label(MEMBER_OF) == Some(&root))
            || roll.status.configured_members.contains(serving)
            || roll.spec.members.contains(serving);
        if is_member {
            let evidence = format!("{} has the member {serving}", roll.object_ref());
            return Ok(Some(Owner { flavour: OSSM2, root, evidence }));
        }
    }
    for istio in all::<Istio>(world).await? {
        if namespace.is_none_or(|namespace| looks_at(&istio, namespace)) {
            let evidence = istio.object_ref().to_string();
            return Ok(Some(Owner { flavour: OSSM3, root: istio.spec.namespace.clone(), evidence }));
        }
    }
    let deployments = all::<Deployment>(world).await?;
    let mut istiods: Vec<_> = deployments.iter().filter(|one| control_plane::is_istiod(one)).collect();
    // Several: the one in the configured namespace, which may be the document's.
    istiods.sort_by_key(|istiod| istiod.0.metadata.namespace != inputs.mesh.namespace);
    Ok(istiods.first().map(|istiod| Owner {
        flavour: UPSTREAM,
        root: istiod.0.metadata.namespace.clone(),
        evidence: istiod.object_ref().to_string(),
    }))
}

fn looks_at(istio: &Istio, namespace: &Namespace) -> bool {
    let selectors = istio.spec.values.pointer("/meshConfig/discoverySelectors").cloned();
    let selectors: Vec<LabelSelector> =
        selectors.and_then(|selectors| serde_json::from_value(selectors).ok()).unwrap_or_default();
    selectors.is_empty() || selectors.iter().any(|selector| selector.selects(&namespace.metadata.labels))
}

/// What else the cluster tells. Nothing here is needed, so what cannot be read is not found.
async fn discover(world: &World, inputs: &Inputs) -> BTreeMap<String, (Value, String)> {
    let serverless = &inputs.serverless;
    let mut found = BTreeMap::new();
    let gateways = all::<Gateway>(world).await.unwrap_or_default();
    let pods = all::<Pod>(world).await.unwrap_or_default();
    let is_ours = |gateway: &&Arc<Gateway>| {
        gateway.metadata.name == INGRESS_GATEWAY && gateway.metadata.namespace == serverless.serving_namespace
    };
    if let Some(gateway) = gateways.iter().find(is_ours)
        && let Some((namespace, pod)) = selection::of_gateway(gateway, &pods).into_iter().next()
    {
        let evidence = format!("Pod {namespace}/{pod}, which {} selects", gateway.object_ref());
        found.insert("mesh.gateway_namespace".to_owned(), (Value::from(namespace), evidence));
    }
    let domains = one::<ConfigMap>(world, &serverless.serving_namespace, CONFIG_DOMAIN).await;
    if let Some(map) = domains
        && let Some(domain) = domain_of(&map)
    {
        found.insert("serverless.domain".to_owned(), (Value::from(domain), map.object_ref().to_string()));
    }
    if let Some((servers, evidence)) = bootstrap_servers(world, &serverless.eventing_namespace).await {
        found.insert("kafka.bootstrap_servers".to_owned(), (Value::from(servers), evidence));
    }
    found
}

/// The versions that Deployments name on their labels: of the control planes of the mesh and of Knative.
async fn versions(world: &World) -> BTreeMap<String, String> {
    const VERSION: &str = "app.kubernetes.io/version";
    /// What charts of Istio say that were built and not released.
    const UNRELEASED: &str = "1.0.0";
    const PRODUCTS: &[(&str, &str)] = &[
        ("istiod", "Istio"),
        ("controller", "Knative Serving"),
        ("eventing-controller", "Knative Eventing"),
        ("kafka-controller", "Knative Kafka"),
    ];
    let mut versions = BTreeMap::new();
    for deployment in all::<Deployment>(world).await.unwrap_or_default() {
        let meta = &deployment.0.metadata;
        let product = PRODUCTS.iter().find(|(name, _)| *name == meta.name);
        if let (Some((_, product)), Some(version)) = (product, meta.labels.get(VERSION))
            && version != UNRELEASED
        {
            versions.insert((*product).to_owned(), version.clone());
        }
    }
    versions
}

async fn bootstrap_servers(world: &World, namespace: &str) -> Option<(Vec<String>, String)> {
    let split = |list: &str| -> Vec<_> {
        list.split(',').map(str::trim).filter(|server| !server.is_empty()).map(ToOwned::to_owned).collect()
    };
    for kafka in all::<KnativeKafka>(world).await.unwrap_or_default() {
        for list in bootstrap::of_knative_kafka(&kafka).map(split) {
            if !list.is_empty() {
                return Some((list, kafka.object_ref().to_string()));
            }
        }
    }
    for name in bootstrap::CONFIG_MAPS {
        let Some(map) = one::<ConfigMap>(world, namespace, name).await else { continue };
        if let Some(list) = map.value(bootstrap::KEY) {
            return Some((split(list), map.object_ref().to_string()));
        }
    }
    None
}

async fn all<V: View>(world: &World) -> Result<Objects<V>, HarnessError> {
    debug_assert!(V::REACH == Reach::Cluster, "read one by one");
    read(world, Scope::Cluster).await
}

async fn one<V: View>(world: &World, namespace: &str, name: &str) -> Option<Arc<V>> {
    let scope = Scope::Object { namespace: namespace.to_owned(), name: name.to_owned() };
    read(world, scope).await.ok()?.into_iter().next()
}

async fn read<V: View>(world: &World, scope: Scope) -> Result<Objects<V>, HarnessError> {
    let (answer, _) = world.store::<V>(&scope).read().await;
    match answer.map_err(|source| HarnessError::Read { what: scope.of(&V::KIND), source }) {
        // Files may hold no object of the kind; what they hold may tell enough.
        Err(error) if error.reason_to_skip().is_some() => Ok(Objects::<V>::new()),
        answer => answer,
    }
}
