//! A Route as HAProxy is told of it.
use serde_json::Value;

use super::backend::{Server, servers};
use crate::cluster::text;

/// What becomes of a connection to the host of a Route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Termination {
    /// There is no TLS.
    None,
    /// The router ends it.
    Edge,
    /// It is passed through.
    Passthrough,
}

/// What becomes of a request that is not encrypted, where the Route has TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Insecure {
    /// It is not served.
    None,
    /// It is served as the others are.
    Allow,
    /// It is sent to HTTPS.
    Redirect,
}

/// A Route that is admitted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The name of its backend, which the log tells.
    pub(super) backend: String,
    pub(super) host: String,
    pub(super) termination: Termination,
    pub(super) insecure: Insecure,
    /// How long it may take, as HAProxy writes it.
    pub(super) timeout: Option<String>,
    pub(super) servers: Vec<Server>,
}

impl Route {
    /// Reads a Route and, of these EndpointSlices, those of its Service.
    pub(super) fn read(route: &Value, slices: &[Value]) -> Self {
        let termination = match text(route, "/spec/tls/termination") {
            "passthrough" => Termination::Passthrough,
            "edge" => Termination::Edge,
            _ => Termination::None,
        };
        let insecure = match text(route, "/spec/tls/insecureEdgeTerminationPolicy") {
            // What is passed through cannot be answered without TLS.
            "Allow" if termination == Termination::Edge => Insecure::Allow,
            "Redirect" => Insecure::Redirect,
            _ => Insecure::None,
        };
        let prefix = match termination {
            Termination::None => "be_http",
            Termination::Edge => "be_edge_http",
            Termination::Passthrough => "be_tcp",
        };
        let [namespace, name] = ["/metadata/namespace", "/metadata/name"].map(|at| text(route, at));
        let (service, target_port) = (text(route, "/spec/to/name"), &route["spec"]["port"]["targetPort"]);
        // It asks for no part of the traffic.
        let is_weightless = route["spec"]["to"]["weight"] == 0;
        let timeout = route["metadata"]["annotations"]["haproxy.router.openshift.io/timeout"].as_str();
        Self {
            backend: format!("{prefix}:{namespace}:{name}"),
            host: text(route, "/spec/host").to_owned(),
            termination,
            insecure,
            timeout: timeout.filter(|written| is_duration(written)).map(str::to_owned),
            servers: if is_weightless {
                Vec::new()
            } else {
                servers(namespace, service, target_port, slices)
            },
        }
    }
}

/// Whether the router takes it for a time: a number that does not begin with 0, and perhaps a unit.
fn is_duration(written: &str) -> bool {
    let unit = written.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let units = ["", "us", "ms", "s", "m", "h", "d"];
    unit.len() < written.len() && !written.starts_with('0') && units.contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::passthrough("passthrough", "Redirect", "be_tcp:n:r", Insecure::Redirect)]
    #[case::passthrough_in_the_clear("passthrough", "Allow", "be_tcp:n:r", Insecure::None)]
    #[case::edge("edge", "Allow", "be_edge_http:n:r", Insecure::Allow)]
    #[case::edge_alone("edge", "", "be_edge_http:n:r", Insecure::None)]
    fn backend_is_named_as_the_real_one_names_it(
        #[case] termination: &str,
        #[case] policy: &str,
        #[case] backend: &str,
        #[case] insecure: Insecure,
    ) {
        let tls = json!({"termination": termination, "insecureEdgeTerminationPolicy": policy});
        let value = json!({"metadata": {"namespace": "n", "name": "r"}, "spec": {"tls": tls}});
        let route = Route::read(&value, &[]);
        assert_eq!((route.backend.as_str(), route.insecure), (backend, insecure));
    }

    #[rstest]
    #[case("600s", true)]
    #[case("5m", true)]
    #[case("s", false)]
    #[case("600", true)]
    #[case("0s", false)]
    #[case("", false)]
    #[case("6s\n  bind :1", false)]
    fn timeout_is_a_number(#[case] written: &str, #[case] expected: bool) {
        assert_eq!(is_duration(written), expected);
    }
}
