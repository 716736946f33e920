//! The listeners of gateway pods: cases, the facts of `semantics`, and what tells cases apart.

mod gateway_strategy;
mod pod_strategy;
mod service_strategy;

use crate::oracle::answer::panic_fact;
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use gateway_strategy::gateways;
use pod_strategy::{NAME, NAMESPACE, pod};
use proptest::bool::weighted;
use proptest::strategy::{BoxedStrategy, Strategy};
use semantics::istio::gateway_listeners::{GatewayProxy, gateway_listeners};
use serde_json::Value;
use service_strategy::services;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;

/// Gateways and Services that meet at one pod.
pub(super) const GATEWAY_LISTENERS: Topic =
    Topic { name: "gateway-listeners", corpus: "gateway_listeners.jsonl", cases, facts, signature };

fn cases() -> BoxedStrategy<OracleCase> {
    gateway_case()
}

/// Gateways, Services, and the pod at which they meet.
pub(super) fn gateway_case() -> BoxedStrategy<OracleCase> {
    let settings = (weighted(0.15), weighted(0.08));
    (gateways(), services(), pod(), settings).prop_map(case).boxed()
}

type CaseParts = (Vec<Value>, Vec<Value>, Value, (bool, bool));

fn case((gateways, services, pod, (is_unprivileged, is_scoped)): CaseParts) -> OracleCase {
    let proxy = CaseProxy { is_unprivileged, ..CaseProxy::new(NAMESPACE, NAME) };
    let mut objects: Vec<_> = gateways.into_iter().chain(services).collect();
    objects.push(pod);
    OracleCase {
        scopes_gateways_to_namespace: is_scoped,
        ..OracleCase::new("gatewayListeners", proxy, objects)
    }
}

fn facts(case: &OracleCase) -> Result<Value> {
    listeners_of(case, &case.views()?)
}

/// What these Gateways come to for each proxy of a case.
pub(super) fn listeners_of(case: &OracleCase, gateways: &[Arc<Gateway>]) -> Result<Value> {
    let services: Vec<Arc<Service>> = case.views()?;
    let pods: Vec<Arc<Pod>> = case.views()?;
    let facts = case.proxies.iter().map(|proxy| {
        let pod = proxy.pod(&pods).with_context(|| format!("case {} has no such pod", case.id))?;
        match gateway_listeners(&gateway_proxy(case, proxy, pod), gateways, &services) {
            Ok(listeners) => Ok(serde_json::to_value(listeners)?),
            Err(_) => Ok(panic_fact()),
        }
    });
    facts.collect()
}

/// A pod as it configures itself in a case.
pub(super) fn gateway_proxy<'a>(case: &OracleCase, proxy: &CaseProxy, pod: &'a Pod) -> GatewayProxy<'a> {
    GatewayProxy {
        is_unprivileged: proxy.is_unprivileged,
        is_scoped_to_namespace: case.scopes_gateways_to_namespace,
        ..GatewayProxy::with_default_settings(pod)
    }
}

/// Which reasons servers are dropped for, and what the ports, routes and listeners look like, without the names in them.
pub(super) fn signature(_: &OracleCase, facts: &Value) -> String {
    let list = |name: &str| facts[name].as_array().map(Vec::as_slice).unwrap_or_default(); // none: a panic has no lists
    let reasons: BTreeSet<_> = list("dropped").iter().map(|one| one["reason"].to_string()).collect();
    let sizes = |list: &[Value], name: &str| -> BTreeSet<usize> {
        list.iter().map(|one| one[name].as_array().map_or(0, |items| items.len().min(2))).collect()
    };
    let binds: BTreeSet<_> = list("ports").iter().map(|port| port["bind"] != "").collect();
    let listeners = list("listeners").iter();
    let chains = listeners.flat_map(|listener| listener["chains"].as_array().into_iter().flatten());
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let tls: BTreeSet<_> = chains.map(|chain| (chain["tls"].is_null(), is_empty(&chain["sni"]))).collect();
    format!(
        "panic {}, targets {}, dropped {reasons:?}, servers {:?}, binds {binds:?}, chains {:?} {tls:?}",
        facts.get("panic").is_some(),
        !list("targets").is_empty(),
        sizes(list("ports"), "servers"),
        sizes(list("listeners"), "chains"),
    )
}
