//! Every PeerAuthentication of the mesh and of its members takes effect.
//!
//! Of several that speak of the same workloads, Istio takes the oldest, and of the same age the first by name; the others are
//! ignored without a word, until the oldest is deleted or made anew. One with a selector in the root namespace selects nothing.
//! A policy that says what the one says that is taken is not found: nothing depends on it.

use crate::reading::capability;
use crate::reading::root_namespace::root_namespace;
use semantics::istio::ignored_policy::{IgnoredPolicy, ignored_policies};
use std::time::Duration;
use view::peer_authentication::PeerAuthentication;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, SkipReason, Tier, Verdict,
    View,
};
use world::{Check, Context};

const POLICY_IS_SHADOWED: &str = "policy-is-shadowed";
const POLICY_SELECTS_NOTHING: &str = "policy-selects-nothing";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::mtls::no_policy_is_ignored",
        title: "every PeerAuthentication takes effect",
        text: include_str!("no_policy_is_ignored.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "no two PeerAuthentications speak of the same workloads, and none selects workloads from the root namespace",
            source: "https://istio.io/latest/docs/concepts/security/#policy-precedence",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "keep one PeerAuthentication for the same workloads, and delete the others; move one with a `spec.selector` \
                      from the root namespace to the namespace of the workloads",
        findings: &[
            FindingKind {
                code: POLICY_IS_SHADOWED,
                meaning: "an older policy speaks of the same workloads, so that what this one says is not so",
            },
            FindingKind {
                code: POLICY_SELECTS_NOTHING,
                meaning: "a policy of the root namespace has a selector, and Istio looks at it for no workload",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let policies = cx.known_objects::<PeerAuthentication>().await?;
    let (root, missing_root) = root_namespace(cx).await?;
    let mut namespaces = cx.inputs().member_namespaces();
    namespaces.push(&root);
    let is_ours = |policy: &PeerAuthentication| namespaces.contains(&policy.metadata.namespace.as_str());
    let count = policies.iter().filter(|policy| is_ours(policy)).count();
    let missing = namespaces.iter().find_map(|namespace| policies.missing_in(namespace)).or(missing_root);
    if count == 0 {
        let missing = missing.unwrap_or_else(|| "no PeerAuthentication in the mesh".to_owned());
        return Ok(Verdict::NotApplicable(SkipReason::NotKnown { missing }));
    }
    let mut judgement = Judgement::default();
    let ignored = ignored_policies(&policies, &root).into_iter().filter(|(policy, _)| is_ours(policy));
    judgement.extend(ignored.map(|(policy, reason)| finding(policy, &reason)));
    for code in [POLICY_IS_SHADOWED, POLICY_SELECTS_NOTHING] {
        judgement.leave_rest(code, missing.clone());
    }
    Ok(judgement.verdict(|| format!("PeerAuthentications in effect: {count}")))
}

fn finding(policy: &PeerAuthentication, reason: &IgnoredPolicy<'_>) -> Finding {
    let of = |code| Finding::new(code, policy.object_ref(), "spec.selector");
    match reason {
        IgnoredPolicy::Younger { taken } => of(POLICY_IS_SHADOWED)
            .expected("one policy for these workloads")
            .observed(format!("{}, which is taken, speaks of them too", taken.object_ref())),
        IgnoredPolicy::OneOfTwo { other } => of(POLICY_IS_SHADOWED)
            .expected("one policy for these workloads")
            .observed(format!("{} speaks of them too, and the older one is taken", other.object_ref())),
        IgnoredPolicy::SelectsInRoot => of(POLICY_SELECTS_NOTHING)
            .expected("no selector, for the whole mesh, or another namespace")
            .observed("a selector in the root namespace"),
    }
}
