//! `config-istio`: which gateways serve, and which Services stand before them.
//!
//! There are two formats. The older one has a key a gateway, the newer one a list a visibility; a `ConfigMap`
//! with both is refused. Without either, the gateways that Knative installs are meant.
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::core::{ParseExpressionError, Selector, SelectorExt as _};
use serde::Deserialize;

/// The `ConfigMap`'s name.
pub(crate) const NAME: &str = "config-istio";
const MAX_NAME: usize = 253;

/// The keys and the default of one visibility.
struct Format {
    list: &'static str,
    prefix: &'static str,
    gateway: &'static str,
    service: &'static str,
}

const EXTERNAL: Format = Format {
    list: "external-gateways",
    prefix: "gateway.",
    gateway: "knative-ingress-gateway",
    service: "istio-ingressgateway.istio-system.svc",
};
const LOCAL: Format = Format {
    list: "local-gateways",
    prefix: "local-gateway.",
    gateway: "knative-local-gateway",
    service: "knative-local-gateway.istio-system.svc",
};

/// Why a `ConfigMap` cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error(
        "`external-gateways` or `local-gateways` and `gateway.*` or `local-gateway.*` are defined together"
    )]
    Mixed,
    #[error("`{key}` is not a list of gateways")]
    List {
        key: &'static str,
        #[source]
        source: serde_yaml::Error,
    },
    #[error("`{key}` has a gateway without `{field}`")]
    Missing { key: &'static str, field: &'static str },
    #[error("`{key}` has {count} gateways without a label selector, exactly one is needed")]
    Defaults { key: &'static str, count: usize },
    #[error("`{key}` names the service `{service}`, which is not a DNS-1123 subdomain")]
    Service { key: String, service: String },
    #[error("`{key}` has a label selector that cannot be used")]
    Selector {
        key: &'static str,
        #[source]
        source: ParseExpressionError,
    },
    #[error("only one of `external-gateways` and `local-gateways` is `[]`, mesh-only mode needs both")]
    HalfMeshOnly,
}

/// The gateways of both visibilities. Both are empty in mesh-only mode.
#[derive(Debug)]
pub(crate) struct GatewayConfig {
    external: Vec<Gateway>,
    local: Vec<Gateway>,
}

/// One gateway: its name as `namespace/name`, the Service in front of it, and the ingresses it is for.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    pub(crate) name: String,
    pub(crate) service: String,
    selector: Option<Selector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListEntry {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    service: String,
    label_selector: Option<LabelSelector>,
}

impl GatewayConfig {
    /// Reads the `ConfigMap`'s data; `system_namespace` is where a gateway without a namespace lives.
    pub(crate) fn parse(
        data: &BTreeMap<String, String>,
        system_namespace: &str,
        cluster_domain: &str,
    ) -> Result<Self, ConfigError> {
        let has_list = [EXTERNAL, LOCAL].iter().any(|format| data.contains_key(format.list));
        let has_keys =
            data.keys().any(|key| [EXTERNAL, LOCAL].iter().any(|format| key.starts_with(format.prefix)));
        if has_list && has_keys {
            return Err(ConfigError::Mixed);
        }
        let gateways = |format: &Format| {
            let found = if has_keys {
                Some(parse_keys(data, format, system_namespace)?).filter(|gateways| !gateways.is_empty())
            } else {
                parse_list(data, format)?
            };
            Ok::<_, ConfigError>(
                found.unwrap_or_else(|| vec![format.default(system_namespace, cluster_domain)]),
            )
        };
        let config = Self { external: gateways(&EXTERNAL)?, local: gateways(&LOCAL)? };
        if config.external.is_empty() != config.local.is_empty() {
            return Err(ConfigError::HalfMeshOnly);
        }
        Ok(config)
    }

    /// The external gateways of an ingress with these labels.
    pub(crate) fn external(&self, labels: &BTreeMap<String, String>) -> Vec<Gateway> {
        choose(&self.external, labels)
    }

    /// The local gateways of an ingress with these labels.
    pub(crate) fn local(&self, labels: &BTreeMap<String, String>) -> Vec<Gateway> {
        choose(&self.local, labels)
    }
}

impl Format {
    fn default(&self, system_namespace: &str, cluster_domain: &str) -> Gateway {
        Gateway {
            name: format!("{system_namespace}/{}", self.gateway),
            service: format!("{}.{cluster_domain}", self.service),
            selector: None,
        }
    }
}

/// Those whose selector matches; if there is none, those without a selector.
fn choose(gateways: &[Gateway], labels: &BTreeMap<String, String>) -> Vec<Gateway> {
    let is_selected =
        |gateway: &&Gateway| gateway.selector.as_ref().is_some_and(|selector| selector.matches(labels));
    let selected: Vec<_> = gateways.iter().filter(is_selected).cloned().collect();
    if selected.is_empty() {
        return gateways.iter().filter(|gateway| gateway.selector.is_none()).cloned().collect();
    }
    selected
}

fn parse_keys(
    data: &BTreeMap<String, String>,
    format: &Format,
    system_namespace: &str,
) -> Result<Vec<Gateway>, ConfigError> {
    let entries =
        data.iter().filter_map(|(key, service)| Some((key, key.strip_prefix(format.prefix)?, service)));
    entries
        .map(|(key, gateway, service)| {
            let (namespace, name) = gateway.split_once('.').unwrap_or((system_namespace, gateway));
            let service = parse_service(key, service)?;
            Ok(Gateway { name: format!("{namespace}/{name}"), service, selector: None })
        })
        .collect()
}

/// `None` where the list is absent or blank; `[]` is a list.
fn parse_list(data: &BTreeMap<String, String>, format: &Format) -> Result<Option<Vec<Gateway>>, ConfigError> {
    let key = format.list;
    let Some(text) = data.get(key).filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let entries: Vec<ListEntry> =
        serde_yaml::from_str(text).map_err(|source| ConfigError::List { key, source })?;
    let gateways: Vec<Gateway> =
        entries.into_iter().map(|entry| parse_entry(key, entry)).collect::<Result<_, _>>()?;
    let count = gateways.iter().filter(|gateway| gateway.selector.is_none()).count();
    if !gateways.is_empty() && count != 1 {
        return Err(ConfigError::Defaults { key, count });
    }
    Ok(Some(gateways))
}

fn parse_entry(key: &'static str, entry: ListEntry) -> Result<Gateway, ConfigError> {
    let fields = [("name", &entry.name), ("namespace", &entry.namespace), ("service", &entry.service)];
    if let Some((field, _)) = fields.into_iter().find(|(_, value)| value.is_empty()) {
        return Err(ConfigError::Missing { key, field });
    }
    let selector = entry.label_selector.map(Selector::try_from).transpose();
    Ok(Gateway {
        name: format!("{}/{}", entry.namespace, entry.name),
        service: parse_service(key, &entry.service)?,
        selector: selector.map_err(|source| ConfigError::Selector { key, source })?,
    })
}

fn parse_service(key: &str, service: &str) -> Result<String, ConfigError> {
    if is_dns_subdomain(service.strip_suffix('.').unwrap_or(service)) {
        return Ok(service.to_owned());
    }
    Err(ConfigError::Service { key: key.to_owned(), service: service.to_owned() })
}

fn is_dns_subdomain(name: &str) -> bool {
    let is_alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        bytes.iter().all(|byte| is_alphanumeric(byte) || *byte == b'-')
            && bytes.first().is_some_and(is_alphanumeric)
            && bytes.last().is_some_and(is_alphanumeric)
    };
    name.len() <= MAX_NAME && name.split('.').all(is_label)
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
