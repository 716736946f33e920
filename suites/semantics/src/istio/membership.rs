//! Membership: whether a namespace belongs to the mesh.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshMemberRoll makes a member, and its status says who is one. Elsewhere a
//! namespace belongs when the control plane looks at it and its labels do not keep the injector away; it need not ask
//! for injection itself, since pods ask by their own label.

use crate::flaw::Flaw;
use crate::istio::control_plane::REVISION_LABEL;
use crate::istio::discovery_selectors::DiscoverySelectors;
use crate::istio::injection_webhook::NAMESPACE_INJECTION;
use crate::istio::mesh_setting::MeshSetting;
use view::condition::UnmetCondition;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;
use vocabulary::{View, object_named};

/// The ways in which a namespace does not belong to the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipFlawKind {
    /// The control plane does not serve it, or it does not exist.
    NotAMember,
    /// A label keeps the injector from its pods.
    InjectionForbidden,
    /// It carries both labels of injection.
    InjectionContradictory,
}

/// One way in which a namespace does not belong to the mesh.
pub type MembershipFlaw = Flaw<MembershipFlawKind>;

/// The flaw of a namespace that does not exist.
pub fn missing_namespace(name: &str) -> MembershipFlaw {
    Flaw {
        kind: MembershipFlawKind::NotAMember,
        object: object_named::<Namespace>("", name),
        field: "metadata.name".to_owned(),
        expected: "a namespace of this name".to_owned(),
        observed: "none".to_owned(),
    }
}

/// A namespace that is to be a member of a mesh of OpenShift Service Mesh 2.
#[derive(Debug, Clone, Copy)]
pub struct MemberCandidate<'a> {
    /// Its name.
    pub name: &'a str,
    /// The object, where it is known.
    pub namespace: Option<&'a Namespace>,
    /// Whether a ServiceMeshMember in it asks for the membership, where that is known.
    pub is_asking: Option<bool>,
}

/// What keeps namespaces from being members by the roll of a mesh. The roll's own condition is judged last, where it has a
/// status: a manifest says who is wanted only.
pub fn roll_membership_flaws(
    mesh_namespace: &str,
    roll: Option<&ServiceMeshMemberRoll>,
    candidates: &[MemberCandidate<'_>],
) -> Vec<MembershipFlaw> {
    let flaw = |object, field: &str, expected: String, observed: String| Flaw {
        kind: MembershipFlawKind::NotAMember,
        object,
        field: field.to_owned(),
        expected,
        observed,
    };
    let Some(roll) = roll else {
        // A ServiceMeshMember makes the roll, where there is none.
        if candidates.iter().all(|candidate| candidate.is_asking == Some(true)) {
            return Vec::new();
        }
        let object = object_named::<ServiceMeshMemberRoll>(mesh_namespace, "default");
        let expected = "a ServiceMeshMemberRoll that names the members".to_owned();
        return vec![flaw(object, "metadata.name", expected, "none".to_owned())];
    };
    let mut flaws = Vec::new();
    for candidate in candidates {
        if let Some((field, observed)) = not_in_roll(roll, candidate) {
            let expected = format!("`{}` among the members", candidate.name);
            flaws.push(flaw(roll.object_ref(), field, expected, observed));
        }
    }
    if let (true, true, Some(unmet)) =
        (roll.has_status(), flaws.is_empty(), roll.status.conditions.unmet(&roll.metadata, "Ready"))
    {
        let UnmetCondition { field, expected, observed } = unmet;
        flaws.push(flaw(roll.object_ref(), &field, expected, observed));
    }
    flaws
}

/// Whether nobody knows if a roll without a status wants a namespace: it selects by labels, and those are not known.
pub fn is_membership_open(roll: &ServiceMeshMemberRoll, candidate: &MemberCandidate<'_>) -> bool {
    !roll.has_status()
        && !is_wanted(roll, candidate)
        && candidate.namespace.is_none()
        && !roll.spec.member_selectors.is_empty()
}

fn is_wanted(roll: &ServiceMeshMemberRoll, candidate: &MemberCandidate<'_>) -> bool {
    candidate.is_asking == Some(true) || roll.wants(candidate.name, candidate.namespace)
}

/// The field of a roll that leaves a namespace out, and what is there. Whoever is configured is a member, but for one of whom it is
/// known that nobody asks for it any more.
fn not_in_roll(
    roll: &ServiceMeshMemberRoll,
    candidate: &MemberCandidate<'_>,
) -> Option<(&'static str, String)> {
    let (spec, status, name) = (&roll.spec, &roll.status, candidate.name);
    let configured = &status.configured_members;
    let is_configured = configured.iter().any(|member| member == name);
    match () {
        () if is_configured && (is_wanted(roll, candidate) || candidate.is_asking.is_none()) => None,
        () if status.pending_members.iter().any(|member| member == name) => {
            Some(("status.pendingMembers", "still pending".to_owned()))
        }
        () if is_membership_open(roll, candidate) => None,
        () if !is_wanted(roll, candidate) && spec.members.is_empty() && !spec.member_selectors.is_empty() => {
            Some(("spec.memberSelectors", "no selector that matches its labels".to_owned()))
        }
        () if !is_wanted(roll, candidate) => Some(("spec.members", spec.members.join(", "))),
        () if roll.has_status() => Some(("status.configuredMembers", configured.join(", "))),
        () => None,
    }
}

/// What keeps a namespace out of a mesh with discovery selectors, which `setting` holds.
pub fn discovery_membership_flaw(
    selectors: &DiscoverySelectors,
    setting: &MeshSetting,
    namespace: &Namespace,
) -> Option<MembershipFlaw> {
    if !selectors.covers(namespace) {
        return Some(Flaw {
            kind: MembershipFlawKind::NotAMember,
            object: setting.object.clone(),
            field: setting.field.clone(),
            expected: format!("a selector that matches namespace {}", namespace.metadata.name),
            observed: setting.describe_value(),
        });
    }
    let flaw = |kind, expected: &str, observed| Flaw {
        kind,
        object: namespace.object_ref(),
        field: format!("metadata.labels[{NAMESPACE_INJECTION}]"),
        expected: expected.to_owned(),
        observed,
    };
    match (namespace.label(NAMESPACE_INJECTION), namespace.label(REVISION_LABEL)) {
        (Some("disabled"), _) => Some(flaw(
            MembershipFlawKind::InjectionForbidden,
            "`enabled`, or no such label",
            "disabled".to_owned(),
        )),
        (Some(injection), Some(revision)) => Some(flaw(
            MembershipFlawKind::InjectionContradictory,
            "one of the two labels",
            format!("`{NAMESPACE_INJECTION}: {injection}` beside `{REVISION_LABEL}: {revision}`"),
        )),
        _ => None,
    }
}
