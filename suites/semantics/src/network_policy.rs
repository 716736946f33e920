//! Network policies: whether all NetworkPolicies let a connection through, as far as it follows from what is known.
//!
//! A pod that no policy selects for a direction is open in it; otherwise a rule of one of them has to match: policies add up.
//! A connection passes where the pod that it leaves and the pod that it comes to both let it through. Read in the documentation of
//! the API (`networking.k8s.io/v1`, `NetworkPolicySpec`); `cargo ci oracle` holds it against an implementation of its
//! conformance tests (`docs/semantics.md`). Whether the network of a cluster enforces policies at all is not asked.

mod address_range;

use crate::certainty::Certainty;
use crate::known_labels::KnownLabels;
use address_range::range_contains;
use std::net::IpAddr;
use std::sync::Arc;
use view::container::{ContainerPort, IntOrString};
use view::network_policy::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};

const TCP: &str = "TCP";

/// A pod, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct NetworkPod<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// The labels of its namespace.
    pub namespace_labels: KnownLabels<'a>,
    /// Its labels.
    pub labels: KnownLabels<'a>,
    /// The ports of its containers, where they are known.
    pub ports: Option<&'a [ContainerPort]>,
    /// Its address, where it is known.
    pub address: Option<IpAddr>,
}

/// One side of a connection.
#[derive(Debug, Clone, Copy)]
pub enum NetworkPeer<'a> {
    /// A pod.
    Pod(NetworkPod<'a>),
    /// Somebody outside of the network of pods, with this address.
    Outside(IpAddr),
    /// The API server, or another process of a node: its address is not known, and some networks have labels for it.
    Node,
}

/// What becomes of a connection.
#[derive(Debug, Clone)]
pub enum Passage<'a> {
    /// It is let through.
    Open,
    /// These policies are for one of its pods, and no rule of theirs matches it.
    Cut(Direction, Vec<&'a NetworkPolicy>),
    /// What is known does not tell.
    NotKnown,
}

/// A direction, from the pod that a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To the pod.
    Ingress,
    /// From the pod.
    Egress,
}

impl Direction {
    /// As a policy writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }
}

/// What becomes of a connection in TCP to a port of `to`, where that is known.
pub fn passage<'a>(
    from: &NetworkPeer<'_>,
    to: &NetworkPeer<'_>,
    port: Option<u16>,
    policies: &'a [Arc<NetworkPolicy>],
) -> Passage<'a> {
    let sides = [(Direction::Egress, from, to), (Direction::Ingress, to, from)];
    let mut is_open = Certainty::Yes;
    for (direction, pod, peer) in sides {
        let NetworkPeer::Pod(pod) = pod else { continue };
        let ports = if let NetworkPeer::Pod(target) = to { target.ports } else { Some(&[][..]) };
        let mut is_isolated = Certainty::No;
        let mut is_let_through = Certainty::No;
        let mut isolating = Vec::new();
        for policy in policies.iter().filter(|policy| policy.metadata.namespace == pod.namespace) {
            let is_for_pod = Certainty::from(has_direction(policy, direction))
                .and(pod.labels.meet(&policy.spec.pod_selector));
            is_isolated = Certainty::any([is_isolated, is_for_pod]);
            if is_for_pod == Certainty::Yes {
                isolating.push(policy.as_ref());
            }
            let rules = rules_of(policy, direction).map(|(peers, numbers)| {
                let is_port = any_or_all(numbers, |one| port_matches(one, port, ports));
                any_or_all(peers, |one| peer_matches(one, peer, pod.namespace)).and(is_port)
            });
            is_let_through = Certainty::any([is_let_through, is_for_pod.and(Certainty::any(rules))]);
        }
        if is_isolated == Certainty::Yes && is_let_through == Certainty::No {
            return Passage::Cut(direction, isolating);
        }
        is_open = is_open.and(Certainty::any([is_isolated.negated(), is_let_through]));
    }
    if is_open == Certainty::Yes { Passage::Open } else { Passage::NotKnown }
}

/// Whether a policy is for a direction. Without types it is for what comes in, and where it has rules for what goes out, for that, too.
fn has_direction(policy: &NetworkPolicy, direction: Direction) -> bool {
    let spec = &policy.spec;
    if spec.policy_types.is_empty() {
        return direction == Direction::Ingress || !spec.egress.is_empty();
    }
    spec.policy_types.iter().any(|one| one == direction.as_str())
}

type Rule<'a> = (&'a [NetworkPolicyPeer], &'a [NetworkPolicyPort]);

fn rules_of(policy: &NetworkPolicy, direction: Direction) -> Box<dyn Iterator<Item = Rule<'_>> + '_> {
    match direction {
        Direction::Ingress => Box::new(policy.spec.ingress.iter().map(|rule| (&*rule.from, &*rule.ports))),
        Direction::Egress => Box::new(policy.spec.egress.iter().map(|rule| (&*rule.to, &*rule.ports))),
    }
}

/// Whether any item matches; no items match everything.
fn any_or_all<T>(items: &[T], matches: impl Fn(&T) -> Certainty) -> Certainty {
    if items.is_empty() { Certainty::Yes } else { Certainty::any(items.iter().map(matches)) }
}

fn port_matches(one: &NetworkPolicyPort, port: Option<u16>, named: Option<&[ContainerPort]>) -> Certainty {
    if one.protocol.as_deref().unwrap_or(TCP) != TCP {
        return Certainty::No;
    }
    let Some(first) = &one.port else { return Certainty::Yes };
    let Some(port) = port else { return Certainty::Possible };
    match (first, named) {
        (IntOrString::Int(first), _) => (*first..=one.end_port.unwrap_or(*first)).contains(&port).into(),
        (IntOrString::String(_), None) => Certainty::Possible,
        (IntOrString::String(name), Some(ports)) => {
            let is_it = |found: &ContainerPort| {
                found.name == *name
                    && found.container_port == port
                    && found.protocol.as_deref().unwrap_or(TCP) == TCP
            };
            ports.iter().any(is_it).into()
        }
    }
}

fn peer_matches(one: &NetworkPolicyPeer, peer: &NetworkPeer<'_>, of_policy: &str) -> Certainty {
    if let Some(block) = &one.ip_block {
        let address = match peer {
            NetworkPeer::Pod(pod) => pod.address,
            NetworkPeer::Outside(address) => Some(*address),
            NetworkPeer::Node => None,
        };
        return address.map_or(Certainty::Possible, |address| {
            let is_left_out = block.except.iter().any(|range| range_contains(range, address));
            (range_contains(&block.cidr, address) && !is_left_out).into()
        });
    }
    match peer {
        NetworkPeer::Pod(pod) => {
            let is_in_namespace = one.namespace_selector.as_ref().map_or_else(
                || (one.pod_selector.is_some() && pod.namespace == of_policy).into(),
                |selector| pod.namespace_labels.meet(selector),
            );
            let is_pod =
                one.pod_selector.as_ref().map_or(Certainty::Yes, |selector| pod.labels.meet(selector));
            is_in_namespace.and(is_pod)
        }
        NetworkPeer::Outside(_) => Certainty::No,
        NetworkPeer::Node => may_select_nodes(one),
    }
}

/// Whether a peer may be what a network takes the processes of nodes for: a namespace of the system, or none in particular. By
/// the API it is neither.
fn may_select_nodes(one: &NetworkPolicyPeer) -> Certainty {
    let Some(selector) = &one.namespace_selector else { return Certainty::No };
    let is_of_system = |(key, value): (&String, &String)| {
        key.contains("network.openshift.io")
            || ["default", "kube-system"].contains(&value.as_str())
            || value.starts_with("openshift-")
    };
    let is_open = selector.is_empty() || !selector.match_expressions.is_empty();
    if is_open || selector.match_labels.iter().any(is_of_system) {
        Certainty::Possible
    } else {
        Certainty::No
    }
}
