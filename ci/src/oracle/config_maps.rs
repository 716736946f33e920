//! What Serving reads in `config-network` and `config-domain`: cases, the facts of `semantics`, and what tells cases apart.
//!
//! Templates of hosts that do more than put name, namespace and domain in are left out, and so are selectors of namespaces: what
//! `semantics` does not claim to know.

mod config_map_strategy;

use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use config_map_strategy::{domains, settings};
use proptest::strategy::{BoxedStrategy, Strategy};
use semantics::knative::config_domain::{CONFIG_DOMAIN, ConfigDomain};
use semantics::knative::config_network::NetworkConfig;
use semantics::knative::domain_template::host_by_template;
use semantics::knative::ingress_class::CONFIG_NETWORK;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use view::config_map::ConfigMap;

/// ConfigMaps with a few settings and domains.
pub(super) const CONFIG_MAPS: Topic =
    Topic { name: "config-maps", corpus: "config_maps.jsonl", cases, facts, signature };

const NAMESPACE: &str = "knative-serving";

fn cases() -> BoxedStrategy<OracleCase> {
    (settings(), domains()).prop_map(case).boxed()
}

type Data = BTreeMap<&'static str, &'static str>;

fn case((settings, domains): (Data, Data)) -> OracleCase {
    let map = |name: &str, data: Data| {
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"namespace": NAMESPACE, "name": name},
            "data": data,
        })
    };
    let objects = vec![map(CONFIG_NETWORK, settings), map(CONFIG_DOMAIN, domains)];
    OracleCase::new("configMaps", CaseProxy::new(NAMESPACE, "controller"), objects)
}

/// The labels of routes whose domains are asked for.
fn routes() -> [BTreeMap<String, String>; 4] {
    let labels = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    [labels(&[]), labels(&[("app", "a")]), labels(&[("app", "a"), ("tier", "1")]), labels(&[("app", "b")])]
}

fn facts(case: &OracleCase) -> Result<Value> {
    let maps: Vec<Arc<ConfigMap>> = case.views()?;
    let map = |name: &str| {
        let map = maps.iter().find(|map| map.metadata.name == name);
        map.with_context(|| format!("case {} has no ConfigMap {name}", case.id))
    };
    let network = NetworkConfig::parse(map(CONFIG_NETWORK)?).ok(); // none: a refused map has no facts
    let host = network.as_ref().map(|it| host_by_template(&it.domain_template, "hello", "shop", "apps.test"));
    let domain = ConfigDomain::parse(map(CONFIG_DOMAIN)?, "cluster.local").ok(); // none: as above
    let domains =
        domain.map(|domain| routes().map(|labels| domain.domain_for(&labels).map(ToOwned::to_owned)));
    let facts = json!({"network": network, "host": host, "domains": domains});
    Ok(Value::from(vec![facts; case.proxies.len()]))
}

fn signature(case: &OracleCase, facts: &Value) -> String {
    let keys = case.objects.iter().map(|object| {
        let data = object["data"].as_object();
        data.into_iter().flat_map(serde_json::Map::keys).cloned().collect::<Vec<_>>().join(" ")
    });
    let is_refused = facts["network"].is_null();
    format!("{}, {is_refused}, {}", keys.collect::<Vec<_>>().join(", "), facts["domains"])
}
