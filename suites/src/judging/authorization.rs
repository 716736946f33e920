//! Authorization, judged: whether calls are let through by what all AuthorizationPolicies come to.

use crate::reading::authorization_ground::AuthorizationGround;
use semantics::istio::authorization::{
    AuthorizationRequest, AuthorizedPod, Caller, Decision, Denial, HttpRequest, Identity, decide,
};
use semantics::istio::component_pod::ComponentPod;
use std::collections::{BTreeMap, BTreeSet};
use view::authorization_policy::AuthorizationPolicy;
use vocabulary::{Finding, FindingCode, FindingKind, Judgement, ObjectRef, Verdict, View};

const DENIED_BY_RULE: FindingCode = "denied-by-rule";
const ALLOWED_BY_NONE: FindingCode = "allowed-by-none";

/// What can be found.
pub const AUTHORIZATION_FINDINGS: &[FindingKind] = &[
    FindingKind { code: DENIED_BY_RULE, meaning: "a rule of a `DENY` policy refuses a call" },
    FindingKind {
        code: ALLOWED_BY_NONE,
        meaning: "there are `ALLOW` policies for the workload that is called, and no rule of theirs matches the call: one \
                  without rules allows nothing, and is enough for that",
    },
];

/// Calls that are judged, and what came of it.
#[derive(Debug)]
pub struct AuthorizedCalls<'a> {
    ground: &'a AuthorizationGround,
    let_through: BTreeSet<String>,
    open: BTreeSet<String>,
    /// Who is refused, by the policy, the place of its rule, and what is called.
    refused: BTreeMap<(ObjectRef, Option<usize>, String), Refusal>,
}

#[derive(Debug, Default)]
struct Refusal {
    callers: BTreeSet<String>,
    /// The policies of which none allows the call.
    others: BTreeSet<String>,
}

impl<'a> AuthorizedCalls<'a> {
    /// None yet.
    pub fn new(ground: &'a AuthorizationGround) -> Self {
        Self { ground, let_through: BTreeSet::new(), open: BTreeSet::new(), refused: BTreeMap::new() }
    }

    /// Judges a request of `caller`, a pod of the mesh which a reader knows as `name`, to a port of `pod`, which is one of
    /// `target`.
    pub fn judge(
        &mut self,
        (name, caller): (&str, &ComponentPod),
        http: HttpRequest<'_>,
        (target, pod): (&str, &ComponentPod),
        port: u16,
    ) {
        let (namespace, service_account) = (caller.namespace.as_str(), caller.service_account.as_deref());
        let identity = Identity::Workload(Caller { namespace, service_account, trust: self.ground.trust() });
        let request = AuthorizationRequest { caller: identity, port, http: Some(http) };
        let caller = format!("{name} in {namespace}");
        let target = format!("port {port} of {target}");
        let way = format!("{caller} to {target}");
        let Some(excluded) = &pod.excluded_ports else {
            self.open.insert(format!("whether the sidecar takes the traffic to {target}"));
            return;
        };
        if excluded.contains(&port) {
            self.let_through.insert(way);
            return;
        }
        let authorized = AuthorizedPod { namespace: &pod.namespace, labels: pod.known_labels() };
        let AuthorizationGround { policies, root_namespace, .. } = self.ground;
        let (policy, rule, others) = match decide(&authorized, &request, policies, root_namespace) {
            Decision::Allowed => {
                self.let_through.insert(way);
                return;
            }
            Decision::NotKnown => {
                self.open.insert(format!("whether AuthorizationPolicies let through {way}"));
                return;
            }
            Decision::Denied(Denial::Rule(policy, rule)) => (policy, Some(rule), Vec::new()),
            Decision::Denied(Denial::NoRule(policies)) => {
                if let Some(missing) = self.missing_allowance(pod, &policies) {
                    self.open.insert(missing);
                    return;
                }
                // One without rules has no other purpose.
                let denying = policies.iter().find(|policy| policy.spec.rules.is_empty());
                let Some(policy) = denying.or(policies.first()).copied() else { return };
                (policy, None, policies)
            }
        };
        let refusal = self.refused.entry((policy.object_ref(), rule, target)).or_default();
        refusal.callers.insert(caller);
        refusal.others.extend(others.into_iter().map(|one| one.object_ref().to_string()));
    }

    /// Leaves calls unjudged where something is missing.
    pub fn leave(&mut self, missing: Option<String>) {
        self.open.extend(missing);
    }

    /// What is missing to know that no policy allows a call; nothing where it is known well enough: where somebody's manifests
    /// hold the workload, or rules for it, they hold those that are meant to be there.
    fn missing_allowance(&self, pod: &ComponentPod, policies: &[&AuthorizationPolicy]) -> Option<String> {
        let holds_rules = policies.iter().any(|policy| !policy.spec.rules.is_empty());
        if pod.is_told || holds_rules {
            return None;
        }
        let AuthorizationGround { policies, root_namespace, .. } = self.ground;
        policies.missing_in(&pod.namespace).or_else(|| policies.missing_in(root_namespace))
    }

    /// Whether any call was judged.
    pub fn is_empty(&self) -> bool {
        self.let_through.is_empty() && self.open.is_empty() && self.refused.is_empty()
    }

    /// The verdict.
    pub fn verdict(mut self) -> Verdict {
        // Policies of another namespace may be for the whole mesh.
        self.open.extend(self.ground.missing_root.clone());
        let policies = &self.ground.policies;
        let mut judgement = Judgement::default();
        let codes = [DENIED_BY_RULE, ALLOWED_BY_NONE];
        for missing in &self.open {
            for code in codes {
                let is_in_part = !self.let_through.is_empty() || !self.refused.is_empty();
                judgement.leave_part(code, Some(missing.clone()), is_in_part);
            }
        }
        for code in codes {
            judgement.leave_part(code, policies.missing(), !policies.is_empty());
        }
        for ((policy, rule, target), refusal) in self.refused {
            judgement.add(finding(policy, rule, &target, &refusal));
        }
        let count = policies.len();
        judgement.verdict(|| {
            let ways: Vec<_> = self.let_through.into_iter().collect();
            format!("{count} AuthorizationPolicies let through {}", ways.join("; "))
        })
    }
}

fn finding(policy: ObjectRef, rule: Option<usize>, target: &str, refusal: &Refusal) -> Finding {
    let join = |texts: &BTreeSet<String>| texts.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let expected = format!("{} let through to {target}", join(&refusal.callers));
    match rule {
        Some(rule) => Finding::new(DENIED_BY_RULE, policy, format!("spec.rules[{rule}]"))
            .expected(expected)
            .observed("denied, whatever allows it"),
        None => Finding::new(ALLOWED_BY_NONE, policy, "spec.rules")
            .expected(expected)
            .observed(format!("allowed by no rule of {}", join(&refusal.others))),
    }
}
