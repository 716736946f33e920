//! The calls between the components of Serving: each is one that Serving cannot do without.

use std::collections::BTreeMap;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerRole {
    /// The pods of the Gateways of Knative.
    Gateways,
    /// A component of Serving.
    Component(&'static str),
}

/// A call.
#[derive(Debug, Clone, Copy)]
pub struct ServingCall {
    /// Who calls.
    pub caller: CallerRole,
    /// The component that is called.
    pub callee: &'static str,
    /// The port of its pods.
    pub port: u16,
    /// The method, where there is only one.
    pub method: Option<&'static str>,
    /// The path, where there is only one.
    pub path: Option<&'static str>,
    /// Whether requests of clients are passed on, with all that they say.
    pub is_of_client: bool,
}

/// The component that buffers requests.
pub const ACTIVATOR: &str = "activator";
/// The component that decides how many pods a revision has.
pub const AUTOSCALER: &str = "autoscaler";
/// The port of a pod of the activator on which requests in HTTP/1 arrive.
pub const REQUEST_PORT: u16 = 8012;
/// The port of the autoscaler on which activators connect.
pub const STATISTICS_PORT: u16 = 8080;

/// Those calls: requests that come through the Gateways to the activator; what the activator tells the autoscaler, over a
/// websocket; and the autoscaler's question whether the activator is in the path of a revision, before it scales that to zero.
pub const SERVING_CALLS: &[ServingCall] = &[
    ServingCall {
        caller: CallerRole::Gateways,
        callee: ACTIVATOR,
        port: REQUEST_PORT,
        method: None,
        path: None,
        is_of_client: true,
    },
    ServingCall {
        caller: CallerRole::Component(ACTIVATOR),
        callee: AUTOSCALER,
        port: STATISTICS_PORT,
        method: Some("GET"),
        path: None,
        is_of_client: false,
    },
    ServingCall {
        caller: CallerRole::Component(AUTOSCALER),
        callee: ACTIVATOR,
        port: REQUEST_PORT,
        method: Some("GET"),
        path: Some("/healthz"),
        is_of_client: false,
    },
];

/// What Serving asks the pods of revisions itself, whoever may send them requests: a component, a port of queue-proxy, and a
/// path. Read in `pkg/activator/net/revision_backends.go` and `pkg/autoscaler/metrics/stats_scraper.go` of knative.dev/serving.
pub const REVISION_PROBES: &[(&str, u16, &str)] =
    &[(ACTIVATOR, REQUEST_PORT, "/healthz"), (AUTOSCALER, METRICS_PORT, "/metrics")];
/// The port of queue-proxy on which the autoscaler asks for metrics.
pub const METRICS_PORT: u16 = 9090;

/// The labels that the pods of a component of Serving have in every release.
pub fn component_labels(component: &str) -> BTreeMap<String, String> {
    [
        ("app", component),
        ("app.kubernetes.io/component", component),
        ("app.kubernetes.io/name", "knative-serving"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}
