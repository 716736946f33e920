//! Images of sidecars and control planes, which tell the product that they are of.
//!
//! OpenShift Service Mesh 2 calls them `openshift-service-mesh/pilot-rhel8` and `proxyv2-rhel8` (its last releases
//! `proxyv2-rhel9`), Maistra itself `pilot-ubi8` and `proxyv2-ubi8`; OpenShift Service Mesh 3 `istio-pilot-rhel9` and
//! `istio-proxyv2-rhel9`; Istio `pilot` and `proxyv2`, which the Sail operator of the community runs as well. A mirror keeps
//! the name behind the last slash.

use crate::flavour::{OSSM2, OSSM3, UPSTREAM};
use vocabulary::Flavour;

/// The product that an image is of; none where it is no image of a mesh.
pub(super) fn image_flavour(image: &str) -> Option<Flavour> {
    // Behind the last slash, a colon begins the tag and an at sign the digest.
    let name = image.rsplit('/').next().and_then(|last| last.split([':', '@']).next())?;
    let (is_prefixed, component) = match name.strip_prefix("istio-") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let (product, base) = component.split_once('-').unwrap_or((component, ""));
    if !["pilot", "proxyv2"].contains(&product) {
        return None;
    }
    Some(match base {
        "rhel8" => OSSM2,
        _ if base.starts_with("ubi") => OSSM2,
        _ if base.starts_with("rhel") && is_prefixed => OSSM3,
        _ if base.starts_with("rhel") => OSSM2,
        _ => UPSTREAM,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::ossm2_sidecar("registry.redhat.io/openshift-service-mesh/proxyv2-rhel8:2.5.2", Some(OSSM2))]
    #[case::ossm2_last_releases("registry.redhat.io/openshift-service-mesh/proxyv2-rhel9:2.6", Some(OSSM2))]
    #[case::ossm2_control_plane(
        "registry.redhat.io/openshift-service-mesh/istio-pilot-rhel8@sha256:1",
        Some(OSSM2)
    )]
    #[case::maistra("quay.io/maistra/pilot-ubi8:2.5.0", Some(OSSM2))]
    #[case::ossm3_control_plane(
        "registry.redhat.io/openshift-service-mesh/istio-pilot-rhel9@sha256:1",
        Some(OSSM3)
    )]
    #[case::ossm3_sidecar("mirror.example.com:5000/ossm/istio-proxyv2-rhel9:1.27", Some(OSSM3))]
    #[case::istio("docker.io/istio/proxyv2:1.27.3-distroless", Some(UPSTREAM))]
    #[case::istio_with_digest("gcr.io/istio-release/pilot@sha256:1", Some(UPSTREAM))]
    #[case::other("registry.redhat.io/openshift-service-mesh/kiali-rhel8:2.5", None)]
    #[case::operator("registry.redhat.io/openshift-service-mesh/istio-rhel9-operator:3.0", None)]
    #[case::autopilot("example.com/autopilot:1", None)]
    fn image_tells_its_product(#[case] image: &str, #[case] expected: Option<Flavour>) {
        assert_eq!(image_flavour(image), expected);
    }
}
