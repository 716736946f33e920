//! Mesh servers: the Services of Knative whose pods have sidecars, and the ports of requests and events.
//!
//! Ports of metrics and profiles are not among them: who scrapes may be outside the mesh, and is let in on purpose.

/// A Service of Knative itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnativeServer {
    /// Its name.
    pub service: &'static str,
    /// The workload behind it.
    pub workload: &'static str,
    /// The label `app` of the pods, where the document's flavours select them by it.
    pub app: &'static str,
    /// Its ports, each with that of the pods.
    pub ports: &'static [(u16, u16)],
}

const fn server(
    service: &'static str,
    workload: &'static str,
    ports: &'static [(u16, u16)],
) -> KnativeServer {
    KnativeServer { service, workload, app: workload, ports }
}

/// Those of Serving. Read in `config/core/deployments` of knative.dev/serving.
pub const SERVING_SERVERS: &[KnativeServer] = &[
    server("activator-service", "activator", &[(80, 8012), (81, 8013)]),
    server("autoscaler", "autoscaler", &[(8080, 8080)]),
];

/// Those of Eventing and its Kafka components. Read in `config` of knative.dev/eventing and `data-plane/config` of
/// knative-extensions/eventing-kafka-broker.
pub const EVENTING_SERVERS: &[KnativeServer] = &[
    server("broker-ingress", "mt-broker-ingress", &[(80, 8080)]),
    server("broker-filter", "mt-broker-filter", &[(80, 8080)]),
    server("imc-dispatcher", "imc-dispatcher", &[(80, 8080)]),
    server("kafka-broker-ingress", "kafka-broker-receiver", &[(80, 8080)]),
    server("kafka-channel-ingress", "kafka-channel-receiver", &[(80, 8080)]),
    server("kafka-sink-ingress", "kafka-sink-receiver", &[(80, 8080)]),
];

/// The ports of the Services of a revision that requests take, each with that of queue-proxy.
pub const REVISION_PORTS: &[(u16, u16)] = &[(80, 8012)];
