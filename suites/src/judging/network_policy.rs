//! Network policies, judged: whether connections pass by what all NetworkPolicies come to.

use crate::reading::cluster_workloads::cluster_workloads;
use semantics::istio::component_pod::ComponentPod;
use semantics::istio::injection::ClusterWorkloads;
use semantics::known_labels::KnownLabels;
use semantics::network_policy::{Direction, NetworkPeer, NetworkPod, Passage, passage};
use std::collections::{BTreeMap, BTreeSet};
use view::namespace::Namespace;
use view::network_policy::NetworkPolicy;
use vocabulary::{
    Finding, FindingCode, FindingKind, HarnessError, Judgement, ObjectRef, Objects, Verdict, View,
};
use world::Context;

const CUT_AT_INGRESS: FindingCode = "cut-at-ingress";
const CUT_AT_EGRESS: FindingCode = "cut-at-egress";
/// The label with its name that each namespace has.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

const INGRESS: FindingKind = FindingKind {
    code: CUT_AT_INGRESS,
    meaning: "there are NetworkPolicies for what comes to a pod, and no rule of theirs matches the connection",
};
const EGRESS: FindingKind = FindingKind {
    code: CUT_AT_EGRESS,
    meaning: "there are NetworkPolicies for what leaves a pod, and no rule of theirs matches the connection",
};

/// What can be found of connections between pods.
pub const CONNECTION_FINDINGS: &[FindingKind] = &[INGRESS, EGRESS];
/// What can be found of connections that come from no pod.
pub const INGRESS_FINDINGS: &[FindingKind] = &[INGRESS];

/// Connections that are judged, and what came of it.
#[derive(Debug)]
pub struct NetworkConnections {
    policies: Objects<NetworkPolicy>,
    namespaces: Objects<Namespace>,
    /// What is missing to know all workloads, and so the labels of their pods.
    missing_workloads: BTreeSet<String>,
    findings: &'static [FindingKind],
    open: BTreeSet<String>,
    not_known: BTreeSet<String>,
    /// What is cut, by the policy and its direction.
    cut: BTreeMap<(ObjectRef, Direction), Cut>,
}

#[derive(Debug, Default)]
struct Cut {
    ways: BTreeSet<String>,
    /// The policies of which none lets the connections through.
    policies: BTreeSet<String>,
}

/// A side of a connection.
#[derive(Debug, Clone, Copy)]
pub enum Side<'a> {
    /// A pod.
    Pod(&'a ComponentPod),
    /// The API server.
    ApiServer,
}

impl NetworkConnections {
    /// None yet; of them these can be found.
    pub async fn none(cx: &Context, findings: &'static [FindingKind]) -> Result<Self, HarnessError> {
        Ok(Self {
            policies: cx.known_objects().await?,
            namespaces: cx.known_objects().await?,
            missing_workloads: missing_workloads(&cluster_workloads(cx).await?),
            findings,
            open: BTreeSet::new(),
            not_known: BTreeSet::new(),
            cut: BTreeMap::new(),
        })
    }

    /// Judges a connection, which `way` tells a reader, to a port of `to`.
    pub fn judge(&mut self, way: &str, from: Side<'_>, to: Side<'_>, port: u16) {
        let labels = [from, to].map(|side| match side {
            Side::Pod(pod) => self.namespace_labels(&pod.namespace),
            Side::ApiServer => (BTreeMap::new(), false),
        });
        let peer = |side, labels| match side {
            Side::Pod(pod) => NetworkPeer::Pod(network_pod(pod, labels)),
            Side::ApiServer => NetworkPeer::Node,
        };
        let (from_peer, to_peer) = (peer(from, &labels[0]), peer(to, &labels[1]));
        match passage(&from_peer, &to_peer, Some(port), &self.policies) {
            Passage::Open => {
                self.open.insert(way.to_owned());
            }
            Passage::NotKnown => {
                self.not_known.insert(format!("whether NetworkPolicies let through {way}"));
                self.not_known.extend(self.missing_workloads.iter().cloned());
            }
            Passage::Cut(direction, policies) => {
                let pod = if direction == Direction::Ingress { to } else { from };
                if let Some(missing) = self.missing_allowance(pod, direction, &policies) {
                    self.not_known.insert(missing);
                    return;
                }
                // One without rules has no other purpose.
                let denying = policies.iter().find(|policy| !has_rules(policy, direction));
                let Some(policy) = denying.or(policies.first()) else { return };
                let cut = self.cut.entry((policy.object_ref(), direction)).or_default();
                cut.ways.insert(way.to_owned());
                cut.policies.extend(policies.iter().map(|one| one.object_ref().to_string()));
            }
        }
    }

    /// Leaves connections unjudged where something is missing.
    pub fn leave(&mut self, missing: Option<String>) {
        self.not_known.extend(missing);
    }

    /// What is missing to know that no policy lets a connection through; nothing where it is known well enough: where somebody's
    /// manifests hold the workload, or rules for it, they hold those that are meant to be there.
    fn missing_allowance(
        &self,
        side: Side<'_>,
        direction: Direction,
        policies: &[&NetworkPolicy],
    ) -> Option<String> {
        let Side::Pod(pod) = side else { return None };
        let is_told = pod.is_told || policies.iter().any(|policy| has_rules(policy, direction));
        if is_told { None } else { self.policies.missing_in(&pod.namespace) }
    }

    /// The labels of a namespace, and whether these are all: an operator adds some to what a manifest has.
    fn namespace_labels(&self, name: &str) -> (BTreeMap<String, String>, bool) {
        let namespace = self.namespaces.named("", name);
        let mut labels = namespace.map(|one| one.metadata.labels.clone()).unwrap_or_default(); // none: not all are known
        labels.insert(NAME_LABEL.to_owned(), name.to_owned());
        (labels, namespace.is_some() && self.namespaces.missing().is_none())
    }

    /// Whether any connection was judged.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.not_known.is_empty() && self.cut.is_empty()
    }

    /// The verdict.
    pub fn verdict(self) -> Verdict {
        let mut judgement = Judgement::default();
        let is_in_part = !self.open.is_empty() || !self.cut.is_empty();
        for code in self.findings.iter().map(|finding| finding.code) {
            for missing in &self.not_known {
                judgement.leave_part(code, Some(missing.clone()), is_in_part);
            }
            judgement.leave_part(code, self.policies.missing(), !self.policies.is_empty());
        }
        judgement
            .extend(self.cut.into_iter().map(|((policy, direction), cut)| finding(policy, direction, &cut)));
        let count = self.policies.len();
        let open: Vec<_> = self.open.into_iter().collect();
        judgement.verdict(|| format!("{count} NetworkPolicies let through {}", open.join("; ")))
    }
}

fn missing_workloads(workloads: &ClusterWorkloads) -> BTreeSet<String> {
    let ClusterWorkloads { deployments, stateful_sets, namespaces, pods, .. } = workloads;
    let missing = [deployments.missing(), stateful_sets.missing(), namespaces.missing(), pods.missing()];
    missing.into_iter().flatten().collect()
}

fn network_pod<'a>(
    pod: &'a ComponentPod,
    (labels, are_all): &'a (BTreeMap<String, String>, bool),
) -> NetworkPod<'a> {
    NetworkPod {
        namespace: &pod.namespace,
        namespace_labels: if *are_all { KnownLabels::All(labels) } else { KnownLabels::Some(labels) },
        labels: pod.known_labels(),
        ports: pod.ports.as_deref(),
        address: None,
    }
}

fn has_rules(policy: &NetworkPolicy, direction: Direction) -> bool {
    match direction {
        Direction::Ingress => !policy.spec.ingress.is_empty(),
        Direction::Egress => !policy.spec.egress.is_empty(),
    }
}

fn finding(policy: ObjectRef, direction: Direction, cut: &Cut) -> Finding {
    let join = |texts: &BTreeSet<String>, separator: &str| {
        texts.iter().map(String::as_str).collect::<Vec<_>>().join(separator)
    };
    let (code, field) = match direction {
        Direction::Ingress => (CUT_AT_INGRESS, "spec.ingress"),
        Direction::Egress => (CUT_AT_EGRESS, "spec.egress"),
    };
    Finding::new(code, policy, field)
        .expected(format!("let through: {}", join(&cut.ways, "; ")))
        .observed(format!("let through by no rule of {}", join(&cut.policies, ", ")))
}
