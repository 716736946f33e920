//! What a check that went wrong was about, from its verdict and from what it was given and sent.

use crate::diagnostics::pod_name::PodName;
use jiff::Timestamp;
use record::{Observations, pod_of};
use serde_json::Value;
use std::collections::BTreeSet;
use vocabulary::{Finding, Outcome};
use world::Check;

/// See the module text.
#[derive(Debug)]
pub(crate) struct FailedCheck {
    pub(crate) check: &'static Check,
    /// How it ended, in one word.
    pub(crate) word: &'static str,
    pub(crate) findings: Vec<Finding>,
    /// Why it could not tell.
    pub(crate) error: Option<String>,
    /// When it began.
    pub(crate) since: Timestamp,
    /// The resources that it read, by full name.
    pub(crate) resources: Vec<String>,
    /// The hosts and addresses that it sent to.
    pub(crate) hosts: BTreeSet<String>,
    /// The pods whose ports it sent to.
    pub(crate) pods: BTreeSet<PodName>,
}

impl FailedCheck {
    /// None where nothing is wrong.
    pub(crate) fn of(
        check: &'static Check,
        outcome: &Outcome,
        observations: &Observations,
        since: Timestamp,
    ) -> Option<Self> {
        if !matches!(outcome, Outcome::Failed { .. } | Outcome::Warned { .. } | Outcome::Errored { .. }) {
            return None;
        }
        let (mut hosts, mut pods) = (BTreeSet::new(), BTreeSet::new());
        for exchange in observations.exchanges() {
            if let Some((namespace, name)) = pod_of(&exchange.position) {
                // What is dialled there is a name for the other side only.
                pods.insert(PodName { namespace: namespace.to_owned(), name: name.to_owned() });
                continue;
            }
            hosts.extend(exchange.order["to"]["host"].as_str().map(ToOwned::to_owned));
        }
        Some(Self {
            check,
            word: outcome.word(),
            findings: outcome.findings().to_vec(),
            error: match outcome {
                Outcome::Errored { error } => Some(error.clone()),
                _ => None,
            },
            since,
            resources: observations.kinds().into_iter().map(|kind| kind.resource).collect(),
            hosts,
            pods,
        })
    }

    /// The namespaces of what was found and sent to.
    pub(crate) fn namespaces(&self) -> BTreeSet<String> {
        let found = self.findings.iter().filter_map(|finding| finding.object.namespace.clone());
        let named = self.findings.iter().filter(|finding| finding.object.kind == "Namespace");
        let sent =
            self.hosts.iter().filter_map(|host| service_of(host)).map(|(_, namespace)| namespace.to_owned());
        let pods = self.pods.iter().map(|pod| pod.namespace.clone());
        found.chain(named.map(|finding| finding.object.name.clone())).chain(sent).chain(pods).collect()
    }
}

/// The Service that a host of the cluster names, and its namespace.
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
