//! The classes of Gateways that istiod serves.

use view::gateway_class::GatewayClass;
use vocabulary::Lookup;

/// The controller that a GatewayClass of Istio's names.
const CONTROLLER: &str = "istio.io/gateway-controller";
/// The class that istiod makes where it is not there.
const CLASS: &str = "istio";
/// Another controller of Istio's: its Gateways are in other clusters, and others serve them.
const UNMANAGED: &str = "istio.io/unmanaged-gateway";
/// The classes of other controllers of Istio's that istiod makes where they are not there.
const OTHER_CLASSES: &[&str] = &["istio-remote", "istio-waypoint"];

/// Whether istiod serves Gateways of the class of this name. Where that is not known: what is missing.
///
/// A class of another's controller is to Istio as good as none. Read in `FetchGatewayClass` and `GatewayClassesCollection` of
/// `pilot/pkg/config/kube/gatewaycommon/gatewayclass_collection.go`. `PILOT_GATEWAY_API_CONTROLLER_NAME` and
/// `PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME` of istiod are not asked: OpenShift's own ingress has them set, and is another
/// control plane.
///
/// # Errors
///
/// Where it cannot be told without an object that nobody knows.
pub fn is_served(class_name: &str, class: &Lookup<GatewayClass>) -> Result<bool, String> {
    match class {
        Lookup::There(class) if class.spec.controller_name == CONTROLLER => Ok(true),
        Lookup::There(class) if class.spec.controller_name == UNMANAGED => Ok(false),
        Lookup::NotKnown(missing) if class_name != CLASS && !OTHER_CLASSES.contains(&class_name) => {
            Err(missing.clone())
        }
        Lookup::There(_) | Lookup::NotThere | Lookup::NotKnown(_) => Ok(class_name == CLASS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;
    use std::sync::Arc;

    fn of(controller: &str) -> Lookup<GatewayClass> {
        let class = json!({"metadata": {"name": "c"}, "spec": {"controllerName": controller}});
        Lookup::There(Arc::new(serde_json::from_value(class).unwrap()))
    }

    fn unknown() -> Lookup<GatewayClass> {
        Lookup::NotKnown("whether there is a class".to_owned())
    }

    #[rstest]
    #[case::of_istio("edge", of(CONTROLLER), Some(true))]
    #[case::of_another("edge", of("gateway.envoyproxy.io/gatewayclass-controller"), Some(false))]
    #[case::of_openshift("openshift-default", of("openshift.io/gateway-controller/v1"), Some(false))]
    #[case::that_istiod_makes("istio", Lookup::NotThere, Some(true))]
    #[case::that_istiod_makes_and_nobody_knows("istio", unknown(), Some(true))]
    #[case::name_of_istio_and_another_controller("istio", of("example.com/other"), Some(true))]
    #[case::not_there("edge", Lookup::NotThere, Some(false))]
    #[case::not_known("edge", unknown(), None)]
    #[case::of_waypoints_and_not_known("istio-waypoint", unknown(), Some(false))]
    fn class_names_its_controller(
        #[case] name: &str,
        #[case] class: Lookup<GatewayClass>,
        #[case] expected: Option<bool>,
    ) {
        assert_eq!(is_served(name, &class).ok(), expected);
    }
}
