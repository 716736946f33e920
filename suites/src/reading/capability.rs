//! What a cluster must offer for a check to run, told by the kinds that it serves.

use record::ServedKinds;
use vocabulary::Capability;

/// The mesh's APIs.
pub const ISTIO: Capability =
    Capability { name: "Istio", hint: "install the mesh, or name the context of a cluster that has one" };
/// The operator's API for Knative Serving.
pub const KNATIVE_SERVING: Capability =
    Capability { name: "KnativeServing", hint: "install the Knative operator or OpenShift Serverless" };
/// The operator's API for Knative Eventing.
pub const KNATIVE_EVENTING: Capability =
    Capability { name: "KnativeEventing", hint: "install the Knative operator or OpenShift Serverless" };
/// Knative Services.
pub const KNATIVE_SERVICES: Capability =
    Capability { name: "KnativeServices", hint: "install Knative Serving: a KnativeServing that is ready" };

/// Each capability, with the resources that make it.
const RESOURCES: &[(Capability, &[&str])] = &[
    (ISTIO, &["gateways.networking.istio.io", "peerauthentications.security.istio.io"]),
    (KNATIVE_SERVING, &["knativeservings.operator.knative.dev"]),
    (KNATIVE_SERVICES, &["services.serving.knative.dev"]),
    (KNATIVE_EVENTING, &["knativeeventings.operator.knative.dev"]),
];

/// The capabilities of a cluster that serves these kinds.
pub fn offered_capabilities(served: &ServedKinds) -> Vec<Capability> {
    let is_offered = |resources: &[&str]| resources.iter().all(|resource| served.has_named(resource));
    let offers = RESOURCES.iter().filter(|(_, resources)| is_offered(resources));
    offers.map(|(capability, _)| *capability).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capability_needs_all_of_its_resources() {
        let served = ServedKinds::from_names([
            ("gateways.networking.istio.io", "v1"),
            ("knativeservings.operator.knative.dev", "v1beta1"),
        ]);
        assert_eq!(offered_capabilities(&served), [KNATIVE_SERVING]);
    }
}
