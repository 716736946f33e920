//! The ingress class: which ingress serves the routes of Knative.

use view::config_map::ConfigMap;
use view::knative::KnativeServing;

/// The name of the ConfigMap with the class.
pub const CONFIG_NETWORK: &str = "config-network";
/// The class of Istio.
pub const ISTIO_CLASS: &str = "istio.ingress.networking.knative.dev";

/// The class that the ConfigMap names. Older releases wrote the key with a dot.
pub fn ingress_class(network: &ConfigMap) -> Option<&str> {
    network.value("ingress-class").or_else(|| network.value("ingress.class"))
}

/// Whether Kourier is asked for, which takes the class on OpenShift where none is named.
pub fn has_kourier(serving: &KnativeServing) -> bool {
    serving.spec.ingress.kourier.as_ref().is_some_and(|kourier| kourier.enabled)
}
