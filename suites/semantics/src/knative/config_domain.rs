//! ConfigMap `config-domain`: the domains of Knative Services.

use view::config_map::ConfigMap;

/// The name of the ConfigMap.
pub const CONFIG_DOMAIN: &str = "config-domain";

/// The domain of every Knative Service that no selector gives another to.
pub fn default_domain(map: &ConfigMap) -> Option<&str> {
    let is_default = |(domain, value): &(&String, &String)| {
        !value.contains("selector") && !domain.starts_with("svc.") && !domain.starts_with('_')
    };
    map.data.iter().find(is_default).map(|(domain, _)| domain.as_str())
}
