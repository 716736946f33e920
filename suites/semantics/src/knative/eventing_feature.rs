//! ConfigMap `config-features` of Knative Eventing: which features are on.

use view::config_map::ConfigMap;

/// The name of the ConfigMap.
pub const CONFIG_FEATURES: &str = "config-features";

/// Whether a feature is on.
pub fn is_feature_enabled(features: &ConfigMap, feature: &str) -> bool {
    features.value(feature).is_some_and(|flag| flag.trim().eq_ignore_ascii_case("enabled"))
}
