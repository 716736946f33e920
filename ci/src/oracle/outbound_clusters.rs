//! What a sidecar is told of other hosts, and with which TLS it calls them: cases, the facts of `semantics`, and what tells
//! cases apart.

mod host_strategy;
mod namespaces;
mod rule_strategy;
mod sidecar_strategy;

use crate::oracle::choice::one_of;
use crate::oracle::mutual_tls::policies;
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
pub(super) use host_strategy::hosts;
use proptest::strategy::{BoxedStrategy, Strategy};
use rule_strategy::rules;
use semantics::istio::outbound_clusters::{OutboundObjects, outbound_clusters};
use serde_json::{Map, Value, json};
pub(super) use sidecar_strategy::sidecars;
use std::sync::Arc;
use view::pod::Pod;

/// Sidecars, DestinationRules and hosts of a few namespaces.
pub(super) const OUTBOUND_CLUSTERS: Topic =
    Topic { name: "outbound-clusters", corpus: "outbound_clusters.jsonl", cases, facts, signature };

const NAME: &str = "client";

fn cases() -> BoxedStrategy<OracleCase> {
    let namespace = one_of(&[(5, "team"), (1, "istio-system")]);
    let labels = one_of(&[(3, json!({"app": "a", "tier": "b"})), (2, json!({"app": "a"})), (1, json!({}))]);
    let objects = (hosts(), sidecars(), rules(), policies());
    (namespace, labels, mesh_config(), objects).prop_map(case).boxed()
}

type Objects = (Vec<Value>, Vec<Value>, Vec<Value>, Vec<Value>);

fn case((namespace, labels, mesh_config, objects): (&'static str, Value, Value, Objects)) -> OracleCase {
    let (hosts, sidecars, rules, policies) = objects;
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": NAME, "labels": labels},
        "spec": {"containers": []},
    });
    let objects = hosts.into_iter().chain(sidecars).chain(rules).chain(policies).chain([pod]);
    let case = OracleCase::new("outboundClusters", CaseProxy::new(namespace, NAME), objects.collect());
    OracleCase { mesh_config, ..case }
}

/// The settings of the mesh that say something of all hosts and rules.
fn mesh_config() -> BoxedStrategy<Value> {
    let export_to = || {
        one_of(&[
            (8, Value::Null),
            (2, json!(["."])),
            (1, json!(["*"])),
            (1, json!(["~"])),
            (1, json!(["other"])),
        ])
    };
    let is_auto = one_of(&[(6, Value::Null), (1, json!(true)), (2, json!(false))]);
    let settings = (export_to(), export_to(), is_auto).prop_map(|(services, rules, is_auto)| {
        let named = [
            ("defaultServiceExportTo", services),
            ("defaultDestinationRuleExportTo", rules),
            ("enableAutoMtls", is_auto),
        ];
        let set = named.into_iter().filter(|(_, value)| !value.is_null());
        Value::Object(set.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
    });
    settings.boxed()
}

fn facts(case: &OracleCase) -> Result<Value> {
    let pods: Vec<Arc<Pod>> = case.views()?;
    let objects = OutboundObjects {
        services: &case.views()?,
        entries: &case.views()?,
        sidecars: &case.views()?,
        rules: &case.views()?,
        policies: &case.views()?,
    };
    let facts = case.proxies.iter().map(|proxy| {
        let pod = proxy.pod(&pods).with_context(|| format!("case {} has no such pod", case.id))?;
        Ok(serde_json::to_value(outbound_clusters(&pod.metadata.meta, &objects, &case.mesh_config)?)?)
    });
    facts.collect()
}

/// Of the clusters, how each is called and whether a rule says so.
fn signature(case: &OracleCase, facts: &Value) -> String {
    let clusters = facts["clusters"].as_object().into_iter().flatten();
    let mut told: Vec<_> =
        clusters.map(|(_, cluster)| format!("{}{}", cluster["tls"], cluster["rule"])).collect();
    told.sort_unstable();
    told.dedup();
    format!("{}, {}: {}", case.objects.len(), facts["sidecar"], told.join(" "))
}
