//! ConfigMap `config-istio`: the Gateways that Knative binds its routes to, and the Services in front of them.
//!
//! Two formats exist, and net-istio refuses their mixture. An absent list means net-istio's defaults, which are the
//! document's values for a mesh in `istio-system`.

use crate::knative::gateways::{INGRESS_GATEWAY, INGRESS_SERVICE, LOCAL_GATEWAY};
use serde::Deserialize;
use thiserror::Error;
use view::config_map::ConfigMap;
use view::label_selector::LabelSelector;

/// The name of the ConfigMap.
pub const CONFIG_ISTIO: &str = "config-istio";

/// The Gateways for traffic from outside and inside.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigIstio {
    /// From outside.
    pub external: RouteGateways,
    /// From inside the cluster.
    pub local: RouteGateways,
}

/// The Gateways of one kind of traffic.
#[derive(Debug, PartialEq, Eq)]
pub struct RouteGateways {
    /// Where they are written.
    pub field: String,
    /// The Gateways that serve routes without a matching selector.
    pub defaults: Vec<GatewayEntry>,
    /// The Gateways that serve the routes that a selector matches.
    pub selected: Vec<GatewayEntry>,
}

/// A Gateway and its Service.
#[derive(Debug, PartialEq, Eq)]
pub struct GatewayEntry {
    /// Where it is written.
    pub field: String,
    /// The namespace of the Gateway.
    pub namespace: String,
    /// The name of the Gateway.
    pub name: String,
    /// The host of the Service.
    pub service: String,
}

/// The ConfigMap cannot be understood; net-istio refuses it too.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum ConfigIstioError {
    /// Both formats are used.
    #[error("`{legacy}` beside `{list}`")]
    Mixed {
        /// A key of the old format.
        legacy: String,
        /// A key of the new format.
        list: String,
    },
    /// A list has several Gateways without a selector, or none.
    #[error("{count} of {total} Gateways without a selector")]
    NoSingleDefault {
        /// The key.
        key: String,
        /// How many have no selector.
        count: usize,
        /// How many there are.
        total: usize,
    },
    /// A list is not one.
    #[error("{reason}")]
    Unreadable {
        /// The key.
        key: String,
        /// What did not fit.
        reason: String,
    },
}

/// An entry of a list of the new format. Its name is part of the error that a person reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: String,
    namespace: String,
    service: String,
    #[serde(default)]
    label_selector: Option<LabelSelector>,
}

impl ConfigIstio {
    /// Reads the ConfigMap of Knative Serving in this namespace, where net-istio looks for Gateways by default.
    pub fn parse(map: &ConfigMap, serving_namespace: &str) -> Result<Self, ConfigIstioError> {
        let list = ["external-gateways", "local-gateways"].into_iter().find(|key| map.value(key).is_some());
        let legacy =
            map.data.keys().find(|key| key.starts_with("gateway.") || key.starts_with("local-gateway."));
        if let (Some(legacy), Some(list)) = (legacy, list) {
            return Err(ConfigIstioError::Mixed { legacy: legacy.clone(), list: list.to_owned() });
        }
        let gateways = |key: &str, prefix: &str, name: &str, service: &str| {
            let default = default_entry(&format!("data.{key}"), serving_namespace, name, service);
            if legacy.is_some() {
                return Ok(parse_legacy(map, prefix, serving_namespace, default));
            }
            match map.value(key) {
                Some(text) => parse_list(key, text),
                None => Ok(RouteGateways {
                    field: format!("data.{key}"),
                    defaults: vec![default],
                    selected: Vec::new(),
                }),
            }
        };
        Ok(Self {
            external: gateways("external-gateways", "gateway.", INGRESS_GATEWAY, INGRESS_SERVICE)?,
            local: gateways("local-gateways", "local-gateway.", LOCAL_GATEWAY, LOCAL_GATEWAY)?,
        })
    }
}

impl RouteGateways {
    /// The entry of a Gateway.
    pub fn entry(&self, namespace: &str, name: &str) -> Option<&GatewayEntry> {
        self.defaults.iter().find(|entry| entry.namespace == namespace && entry.name == name)
    }

    /// All of them.
    pub fn entries(&self) -> impl Iterator<Item = &GatewayEntry> {
        self.defaults.iter().chain(&self.selected)
    }
}

impl GatewayEntry {
    /// Whether its host can be that of a Service: net-istio reads the name and the namespace from it, and more is to follow.
    pub fn is_service_host(&self) -> bool {
        let labels = self.service.trim_end_matches('.').split('.');
        // A port or a scheme is no part of a name; a placeholder may become one.
        !self.service.contains([':', '/']) && labels.filter(|label| !label.is_empty()).count() > 2
    }

    /// Namespace and name of the Service, if the host is one of this cluster.
    pub fn service_name(&self, cluster_domain: &str) -> Option<(&str, &str)> {
        let host = self.service.trim_end_matches('.');
        let host = host.strip_suffix(cluster_domain)?.strip_suffix(".svc.")?;
        let (name, namespace) = host.split_once('.')?;
        Some((namespace, name))
    }
}

fn default_entry(field: &str, namespace: &str, name: &str, service: &str) -> GatewayEntry {
    let service = format!("{service}.istio-system.svc.cluster.local");
    GatewayEntry { field: field.to_owned(), namespace: namespace.to_owned(), name: name.to_owned(), service }
}

fn parse_legacy(
    map: &ConfigMap,
    prefix: &str,
    serving_namespace: &str,
    default: GatewayEntry,
) -> RouteGateways {
    let with_prefix = map.data.iter().filter_map(|(key, host)| Some((key.strip_prefix(prefix)?, host)));
    let mut defaults: Vec<_> = with_prefix
        .map(|(gateway, host)| {
            let (namespace, name) = gateway.split_once('.').unwrap_or((serving_namespace, gateway));
            let service = host.trim().to_owned();
            GatewayEntry {
                field: format!("data.{prefix}{gateway}"),
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                service,
            }
        })
        .collect();
    if defaults.is_empty() {
        defaults.push(default);
    }
    RouteGateways { field: defaults[0].field.clone(), defaults, selected: Vec::new() }
}

fn parse_list(key: &str, text: &str) -> Result<RouteGateways, ConfigIstioError> {
    let items: Vec<Item> = serde_yaml::from_str(text)
        .map_err(|error| ConfigIstioError::Unreadable { key: key.to_owned(), reason: error.to_string() })?;
    let total = items.len();
    // An empty selector is one, too.
    let is_default = |gateway: &Item| gateway.label_selector.is_none();
    let (defaults, selected): (Vec<_>, Vec<_>) = items.into_iter().partition(is_default);
    let entry = |gateway: Item| GatewayEntry {
        field: format!("data.{key}"),
        namespace: gateway.namespace,
        name: gateway.name,
        service: gateway.service,
    };
    let defaults: Vec<_> = defaults.into_iter().map(entry).collect();
    if total > 0 && defaults.len() != 1 {
        return Err(ConfigIstioError::NoSingleDefault { key: key.to_owned(), count: defaults.len(), total });
    }
    let selected = selected.into_iter().map(entry).collect();
    Ok(RouteGateways { field: format!("data.{key}"), defaults, selected })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn map(data: &Value) -> ConfigMap {
        serde_json::from_value(json!({"metadata": {"name": CONFIG_ISTIO}, "data": data})).unwrap()
    }

    const LIST: &str = "- {name: g, namespace: n, service: s.m.svc.cluster.local}\n\
                        - {name: h, namespace: n, service: t.m.svc.cluster.local, labelSelector: {matchLabels: {a: b}}}";

    #[rstest]
    #[case::nothing_is_the_default(json!({}), "knative-serving/knative-ingress-gateway istio-ingressgateway.istio-system.svc.cluster.local")]
    #[case::blank_list_is_the_default(json!({"external-gateways": " "}), "knative-serving/knative-ingress-gateway istio-ingressgateway.istio-system.svc.cluster.local")]
    #[case::legacy(json!({"gateway.n.g": "s.m.svc.cluster.local"}), "n/g s.m.svc.cluster.local")]
    #[case::legacy_without_namespace(json!({"gateway.g": "s"}), "knative-serving/g s")]
    #[case::other_legacy_key_leaves_the_default(json!({"local-gateway.n.g": "s"}), "knative-serving/knative-ingress-gateway istio-ingressgateway.istio-system.svc.cluster.local")]
    #[case::list_without_what_is_selected(json!({"external-gateways": LIST}), "n/g s.m.svc.cluster.local")]
    #[case::mesh_only(json!({"external-gateways": "[]", "local-gateways": "[]"}), "")]
    fn external_gateways_are_read_from_both_formats(#[case] data: Value, #[case] expected: &str) {
        let read = ConfigIstio::parse(&map(&data), "knative-serving").unwrap().external.defaults;
        let entries: Vec<_> = read
            .iter()
            .map(|entry| format!("{}/{} {}", entry.namespace, entry.name, entry.service))
            .collect();
        assert_eq!(entries.join(", "), expected);
    }

    #[test]
    fn gateways_with_a_selector_are_read_beside_the_default() {
        let map = map(&json!({"external-gateways": LIST}));
        let external = ConfigIstio::parse(&map, "knative-serving").unwrap().external;
        let names: Vec<_> = external.entries().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["g", "h"]);
    }

    #[rstest]
    #[case::mixed(json!({"gateway.n.g": "s", "local-gateways": "[]"}), "`gateway.n.g` beside `local-gateways`")]
    #[case::not_a_list(json!({"external-gateways": "nonsense"}), "invalid type: string \"nonsense\", expected a sequence")]
    #[case::two_defaults(
        json!({"local-gateways": "- {name: g, namespace: n, service: s}\n- {name: h, namespace: n, service: s}"}),
        "2 of 2 Gateways without a selector"
    )]
    #[case::no_default(
        json!({"external-gateways": "- {name: g, namespace: n, service: s, labelSelector: {}}"}),
        "0 of 1 Gateways without a selector"
    )]
    fn what_net_istio_refuses_is_an_error(#[case] data: Value, #[case] expected: &str) {
        assert_eq!(ConfigIstio::parse(&map(&data), "knative-serving").unwrap_err().to_string(), expected);
    }

    #[rstest]
    #[case::full("s.m.svc.cluster.local", Some(("m", "s")))]
    #[case::trailing_dot("s.m.svc.cluster.local.", Some(("m", "s")))]
    #[case::short("s.m", None)]
    #[case::other_domain("s.m.svc.example.org", None)]
    fn service_name_needs_the_cluster_domain(#[case] host: &str, #[case] expected: Option<(&str, &str)>) {
        let (namespace, name, field) = (String::new(), String::new(), String::new());
        let entry = GatewayEntry { field, namespace, name, service: host.to_owned() };
        assert_eq!(entry.service_name("cluster.local"), expected);
    }
}
