//! The flavours, and how a cluster tells which it is: by the control plane that owns the namespace of Knative Serving.
//!
//! API groups are no evidence: they outlive an uninstallation, and a migration serves two. A namespace that a member
//! roll has taken belongs to Maistra, whatever else is there.

mod detection;

pub use detection::detect;

use harness::check::Flavour;
use view::config_map::ConfigMap;

/// Istio with the Knative operator.
pub const UPSTREAM: Flavour = Flavour("upstream");
/// OpenShift Service Mesh 2 (Maistra) with OpenShift Serverless: the flavour of the reference document.
pub const OSSM2: Flavour = Flavour("ossm2");
/// OpenShift Service Mesh 3 (Sail) with OpenShift Serverless.
pub const OSSM3: Flavour = Flavour("ossm3");
/// Every flavour.
pub const ALL: &[Flavour] = &[UPSTREAM, OSSM2, OSSM3];

/// The ConfigMap with the domains of Knative Services.
pub const CONFIG_DOMAIN: &str = "config-domain";

/// The domain of every Knative Service that no selector of `config-domain` gives another to.
pub fn domain_of(map: &ConfigMap) -> Option<&str> {
    let is_default = |(domain, value): &(&String, &String)| {
        !value.contains("selector") && !domain.starts_with("svc.") && !domain.starts_with('_')
    };
    map.data.iter().find(is_default).map(|(domain, _)| domain.as_str())
}
