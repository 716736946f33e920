//! The namespaces of Knative, and those that were named as members, belong to the mesh.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshMemberRoll makes a member, and its status says who is one. Elsewhere a
//! namespace belongs when the control plane looks at it and its labels do not keep the injector away; it need not ask
//! for injection itself, since pods ask by their own label.

use crate::judging::finding::finding_of_flaw;
use crate::reading::capability;
use crate::reading::discovery::Discovery;
use semantics::flavour;
use semantics::istio::membership::{
    MemberCandidate, MembershipFlaw, MembershipFlawKind, discovery_membership_flaw, is_membership_open,
    missing_namespace, roll_membership_flaws,
};
use std::sync::Arc;
use std::time::Duration;
use view::namespace::Namespace;
use view::service_mesh::{ServiceMeshMember, ServiceMeshMemberRoll};
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Lookup, Objects, Requirement, Tier,
    Verdict,
};
use world::{Check, Context};

const NOT_A_MEMBER: &str = "not-a-member";
const INJECTION_FORBIDDEN: &str = "injection-forbidden";
const INJECTION_CONTRADICTORY: &str = "injection-contradictory";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::membership::serverless_namespaces_are_members",
        title: "the namespaces of Knative are members of the mesh",
        text: include_str!("serverless_namespaces_are_members.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the members of the mesh include the namespaces `knative-serving` and `knative-eventing`",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(1),
        remediation: "add the namespace to `spec.members` of the ServiceMeshMemberRoll `default`; with Istio itself match it \
                      in `meshConfig.discoverySelectors`, and remove its label `istio-injection: disabled`",
        findings: &[
            FindingKind {
                code: NOT_A_MEMBER,
                meaning: "the control plane does not serve the namespace, or there is none",
            },
            FindingKind {
                code: INJECTION_FORBIDDEN,
                meaning: "a label of the namespace keeps the injector from all its pods, also from those that ask for it",
            },
            FindingKind {
                code: INJECTION_CONTRADICTORY,
                meaning: "the namespace carries both labels of injection; the webhook follows the older one and ignores the \
                          revision",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespaces = cx.known_objects::<Namespace>().await?;
    let members = cx.inputs().member_namespaces();
    let mut judgement = Judgement::default();
    let is_known = |name: &str| namespaces.named("", name).is_some();
    for name in members.iter().filter(|name| !is_known(name)) {
        judgement.add_absence(namespaces.missing(), membership_finding(missing_namespace(name)));
    }
    let by_flavour = cx.flavour().missing();
    if by_flavour.is_some() {
        judgement.leave_rest(NOT_A_MEMBER, by_flavour.clone());
        judgement.leave(INJECTION_FORBIDDEN, by_flavour.clone());
        judgement.leave(INJECTION_CONTRADICTORY, by_flavour);
        return Ok(judgement.verdict(|| format!("the namespaces exist: {}", members.join(", "))));
    }
    if cx.flavour() == flavour::OSSM2 {
        judge_by_roll(cx, &mut judgement, &members, &namespaces).await?;
    } else {
        let Discovery { selectors, setting } = Discovery::read(cx).await?;
        let existing = members.iter().filter_map(|name| namespaces.named("", name));
        let flaws = existing.filter_map(|one| discovery_membership_flaw(&selectors, &setting, one));
        judgement.extend(flaws.map(membership_finding));
    }
    if cx.flavour() != flavour::OSSM2 && members.iter().any(|name| !is_known(name)) {
        for code in [INJECTION_FORBIDDEN, INJECTION_CONTRADICTORY] {
            judgement.leave(code, namespaces.missing());
        }
    }
    Ok(judgement.verdict(|| format!("in the mesh: {}", members.join(", "))))
}

/// Judges by the roll of the mesh. It names members before they exist, so a namespace need not be known.
async fn judge_by_roll(
    cx: &Context,
    judgement: &mut Judgement,
    members: &[&str],
    namespaces: &Objects<Namespace>,
) -> Result<(), HarnessError> {
    let mesh_namespace = &cx.inputs().mesh.namespace;
    let asking = cx.known_objects::<ServiceMeshMember>().await?;
    let is_asking = |name: &str| {
        let is_of_ours = |one: &&Arc<ServiceMeshMember>| {
            one.metadata.namespace == name && one.spec.control_plane_ref.namespace == *mesh_namespace
        };
        let is_known = asking.extent().covers(name);
        if asking.iter().any(|one| is_of_ours(&one)) { Some(true) } else { is_known.then_some(false) }
    };
    let candidates: Vec<_> = members
        .iter()
        .map(|name| MemberCandidate {
            name,
            namespace: namespaces.named("", name).map(AsRef::as_ref),
            is_asking: is_asking(name),
        })
        .filter(|one| one.namespace.is_some() || !namespaces.extent().is_whole())
        .collect();
    let roll = match cx.lookup::<ServiceMeshMemberRoll>(mesh_namespace, "default").await? {
        Lookup::There(roll) => Some(roll),
        Lookup::NotThere => None,
        Lookup::NotKnown(_) if candidates.iter().all(|one| one.is_asking == Some(true)) => None,
        Lookup::NotKnown(missing) => return Err(HarnessError::NotKnown { missing }),
    };
    let flaws = roll_membership_flaws(mesh_namespace, roll.as_deref(), &candidates);
    judgement.extend(flaws.into_iter().map(membership_finding));
    if let Some(roll) = roll
        && candidates.iter().any(|one| is_membership_open(&roll, one))
    {
        judgement.leave_rest(NOT_A_MEMBER, namespaces.missing());
    }
    Ok(())
}

fn membership_finding(flaw: MembershipFlaw) -> Finding {
    let code = match flaw.kind {
        MembershipFlawKind::NotAMember => NOT_A_MEMBER,
        MembershipFlawKind::InjectionForbidden => INJECTION_FORBIDDEN,
        MembershipFlawKind::InjectionContradictory => INJECTION_CONTRADICTORY,
    };
    finding_of_flaw(code, flaw)
}
