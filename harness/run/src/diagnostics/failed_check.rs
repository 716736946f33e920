//! A check that went wrong, and what it was about: the objects of its findings, what it read, and where it sent.

use crate::diagnostics::pod_name::PodName;
use jiff::Timestamp;
use record::{Observations, pod_of_position};
use serde_json::Value;
use std::collections::BTreeSet;
use vocabulary::{Finding, Outcome};
use world::Check;

/// A check that went wrong, and what it was about.
#[derive(Debug)]
pub(crate) struct FailedCheck {
    pub(crate) check: &'static Check,
    /// How it ended, in one word.
    pub(crate) outcome: &'static str,
    pub(crate) findings: Vec<Finding>,
    /// Why it could not tell.
    pub(crate) error: Option<String>,
    /// When it began.
    pub(crate) started: Timestamp,
    /// The resources that it read, by full name.
    pub(crate) resources: Vec<String>,
    /// The hosts and addresses that it sent to.
    pub(crate) hosts: BTreeSet<String>,
    /// The pods whose ports it sent to.
    pub(crate) pods: BTreeSet<PodName>,
}

impl FailedCheck {
    /// None where nothing is wrong.
    pub(crate) fn new(
        check: &'static Check,
        outcome: &Outcome,
        observations: &Observations,
        started: Timestamp,
    ) -> Option<Self> {
        if !matches!(outcome, Outcome::Failed { .. } | Outcome::Warned { .. } | Outcome::Errored { .. }) {
            return None;
        }
        let (mut hosts, mut pods) = (BTreeSet::new(), BTreeSet::new());
        for exchange in observations.exchanges() {
            if let Some((namespace, name)) = pod_of_position(&exchange.position) {
                // The host of such an order is looked up by nobody: the connection is forwarded to the pod.
                pods.insert(PodName { namespace: namespace.to_owned(), name: name.to_owned() });
                continue;
            }
            hosts.extend(exchange.order["to"]["host"].as_str().map(ToOwned::to_owned));
        }
        Some(Self {
            check,
            outcome: outcome.word(),
            findings: outcome.findings().to_vec(),
            error: match outcome {
                Outcome::Errored { error } => Some(error.clone()),
                _ => None,
            },
            started,
            resources: observations.kinds().iter().map(|kind| kind.resource.to_owned()).collect(),
            hosts,
            pods,
        })
    }

    /// The namespaces of the findings' objects and of what it sent to.
    pub(crate) fn namespaces(&self) -> BTreeSet<String> {
        let objects = || self.findings.iter().map(|finding| &finding.object);
        let of_objects = objects().filter_map(|object| object.namespace.clone());
        let themselves =
            objects().filter(|object| object.kind == "Namespace").map(|object| object.name.clone());
        let of_services = self.hosts.iter().filter_map(|host| service_of(host));
        let of_services = of_services.map(|(_, namespace)| namespace.to_owned());
        let of_pods = self.pods.iter().map(|pod| pod.namespace.clone());
        of_objects.chain(themselves).chain(of_services).chain(of_pods).collect()
    }
}

/// The name and namespace of the Service to which a host name of the cluster leads.
pub(crate) fn service_of(host: &str) -> Option<(&str, &str)> {
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next()?, parts.next()?);
    (parts.next() == Some("svc")).then_some((name, namespace))
}

/// Whether a pod has this address.
pub(crate) fn has_address(pod: &Value, host: &str) -> bool {
    pod["status"]["podIP"].as_str().is_some_and(|address| address == host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::whole("echo.shop.svc.cluster.local", Some(("echo", "shop")))]
    #[case::short("echo.shop.svc", Some(("echo", "shop")))]
    #[case::of_a_service_of_knative("hello.shop.example.com", None)]
    #[case::address("10.2.3.4", None)]
    fn service_is_read_from_its_host(#[case] host: &str, #[case] expected: Option<(&str, &str)>) {
        assert_eq!(service_of(host), expected);
    }
}
