//! The members of a mesh of OpenShift Service Mesh 2 that no ServiceMeshMemberRoll names: those that a ServiceMeshMember
//! makes, and the roll of a mesh for the whole cluster.
//!
//! Read in maistra/istio-operator: `pkg/controller/servicemesh/member/controller.go` (a member adds its namespace to the roll
//! `default` of the control plane that it names, and makes the roll where there is none),
//! `pkg/controller/servicemesh/webhooks/validation/member.go` (it has to be called `default`), and
//! `pkg/controller/versions/strategy_v2_5.go` (with `mode: ClusterWide` a missing roll is made for the namespaces that ask
//! for injection).

use crate::operator::custom_resource::CustomResource;
use crate::operator::note::DerivationNote;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use view::service_mesh::ServiceMeshMemberRoll;
use vocabulary::DerivedObject;
use vocabulary::{View, object_named};

const MEMBER: &str = "ServiceMeshMember";
const CONTROL_PLANE: &str = "ServiceMeshControlPlane";
/// The name that a roll, and a member, has to have.
const NAME: &str = "default";
/// The member that stands for every namespace.
const EVERY_NAMESPACE: &str = "*";

/// The rolls of all meshes with the members that other objects make.
#[derive(Debug, Default)]
pub(crate) struct MemberRolls {
    /// Rolls that are not there.
    pub(crate) missing: Vec<DerivedObject>,
    /// Rolls that are there, with more members.
    pub(crate) extended: Vec<DerivedObject>,
    /// What could not be read.
    pub(crate) notes: Vec<DerivationNote>,
}

/// The specification of a ServiceMeshMember.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct MemberSpec {
    control_plane_ref: ControlPlaneRef,
}

/// The control plane whose member a namespace is to be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ControlPlaneRef {
    namespace: String,
}

/// The specification of a ServiceMeshControlPlane.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ControlPlaneSpec {
    mode: String,
}

/// The rolls with the members that other objects make.
pub(crate) fn member_rolls(rolls: &[Value], members: &[Value], planes: &[Value]) -> MemberRolls {
    let mut made = MemberRolls::default();
    let mut wanted = BTreeMap::<String, BTreeSet<String>>::new();
    for member in members {
        match read_member(member) {
            Ok((mesh, namespace)) => drop(wanted.entry(mesh).or_default().insert(namespace)),
            Err(note) => made.notes.push(note),
        }
    }
    let cluster_wide: BTreeSet<_> = planes.iter().filter_map(cluster_wide_mesh).collect();
    let meshes: BTreeSet<_> = wanted.keys().chain(&cluster_wide).cloned().collect();
    for mesh in meshes {
        let empty = BTreeSet::new();
        let namespaces = wanted.get(&mesh).unwrap_or(&empty);
        match rolls.iter().find(|roll| is_roll_of(roll, &mesh)) {
            Some(roll) => made.extended.extend(extended_roll(roll, &mesh, namespaces)),
            None => made.missing.push(new_roll(&mesh, namespaces, cluster_wide.contains(&mesh))),
        }
    }
    made
}

/// The mesh and the namespace that a member brings together.
fn read_member(member: &Value) -> Result<(String, String), DerivationNote> {
    let origin = CustomResource::read(member, MEMBER, None)?;
    let namespace = origin.namespace()?.to_owned();
    if origin.object.name != NAME {
        return Err(
            origin.note("metadata.name", "the operator refuses a member that is not called `default`")
        );
    }
    let mesh = origin.spec::<MemberSpec>()?.control_plane_ref.namespace;
    if mesh.is_empty() {
        return Err(origin.note("spec.controlPlaneRef.namespace", "no control plane is named"));
    }
    Ok((mesh, namespace))
}

/// The namespace of a control plane that serves the whole cluster. One that cannot be read is noted where it is derived from.
fn cluster_wide_mesh(plane: &Value) -> Option<String> {
    let origin = CustomResource::read(plane, CONTROL_PLANE, None).ok()?; // none: noted by its own derivation
    let spec = origin.spec::<ControlPlaneSpec>().ok()?; // none: noted by its own derivation
    let namespace = origin.object.namespace.clone()?;
    (spec.mode == "ClusterWide").then_some(namespace)
}

fn is_roll_of(roll: &Value, mesh: &str) -> bool {
    roll["metadata"]["name"] == NAME && roll["metadata"]["namespace"] == mesh
}

/// A roll that is there with more members, if any is missing.
fn extended_roll(roll: &Value, mesh: &str, namespaces: &BTreeSet<String>) -> Option<DerivedObject> {
    let members: Vec<_> = roll["spec"]["members"].as_array().cloned().into_iter().flatten().collect();
    let has = |name: &str| members.iter().any(|member| *member == name);
    let missing: Vec<_> = namespaces.iter().filter(|namespace| !has(namespace)).collect();
    if missing.is_empty() || has(EVERY_NAMESPACE) {
        return None;
    }
    let added = missing.into_iter().map(|namespace| json!(namespace));
    let mut object = roll.clone();
    if !object["spec"].is_object() {
        object["spec"] = json!({});
    }
    object["spec"]["members"] = members.into_iter().chain(added).collect();
    Some(derived_roll(mesh, object))
}

fn new_roll(mesh: &str, namespaces: &BTreeSet<String>, is_cluster_wide: bool) -> DerivedObject {
    let kind = ServiceMeshMemberRoll::KIND;
    let mut spec = json!({"members": namespaces});
    if is_cluster_wide {
        spec["memberSelectors"] = json!([{"matchLabels": {"istio-injection": "enabled"}}]);
    }
    let object = json!({
        "apiVersion": format!("{}/v1", kind.group), "kind": kind.kind,
        "metadata": {"name": NAME, "namespace": mesh}, "spec": spec,
    });
    derived_roll(mesh, object)
}

/// A roll is edited itself: whoever wants another member in it adds the name there.
fn derived_roll(mesh: &str, object: Value) -> DerivedObject {
    let object_ref = object_named::<ServiceMeshMemberRoll>(mesh, NAME);
    DerivedObject {
        resource: ServiceMeshMemberRoll::KIND.full_name(),
        object,
        origin: object_ref.clone(),
        object_ref,
        fields: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn member(namespace: &str) -> Value {
        json!({"metadata": {"name": "default", "namespace": namespace},
               "spec": {"controlPlaneRef": {"name": "basic", "namespace": "istio-system"}}})
    }

    fn roll(members: &Value) -> Value {
        json!({"metadata": {"name": "default", "namespace": "istio-system"}, "spec": {"members": members},
               "status": {"configuredMembers": ["knative-eventing"]}})
    }

    fn members(derived: &[DerivedObject]) -> Vec<&Value> {
        derived.iter().map(|derived| &derived.object["spec"]["members"]).collect()
    }

    #[test]
    fn members_alone_make_a_roll() {
        let made = member_rolls(&[], &[member("knative-serving"), member("knative-eventing")], &[]);
        assert_eq!(members(&made.missing), [&json!(["knative-eventing", "knative-serving"])]);
        let roll = &made.missing[0];
        assert_eq!(roll.resource, "servicemeshmemberrolls.maistra.io");
        assert_eq!(roll.object["status"], Value::Null);
        assert_eq!(roll.origin_field("spec.members"), "spec.members");
        assert!(made.extended.is_empty() && made.notes.is_empty());
    }

    #[rstest]
    #[case::missing(json!(["knative-eventing"]), Some(json!(["knative-eventing", "knative-serving"])))]
    #[case::named(json!(["knative-serving"]), None)]
    #[case::every_namespace(json!(["*"]), None)]
    #[case::no_members(Value::Null, Some(json!(["knative-serving"])))]
    fn member_is_added_to_the_roll(#[case] listed: Value, #[case] expected: Option<Value>) {
        let made = member_rolls(&[roll(&listed)], &[member("knative-serving")], &[]);
        assert_eq!(members(&made.extended), expected.iter().collect::<Vec<_>>());
        assert!(made.missing.is_empty());
        let statuses = made.extended.iter().map(|derived| &derived.object["status"]["configuredMembers"][0]);
        assert!(
            statuses.into_iter().all(|member| member == "knative-eventing"),
            "the status is the operator's own"
        );
    }

    #[rstest]
    #[case::cluster_wide(json!({"mode": "ClusterWide"}), 1)]
    #[case::tenants(json!({"mode": "MultiTenant"}), 0)]
    #[case::not_written(json!({}), 0)]
    #[case::unreadable(json!({"mode": 5}), 0)]
    fn mesh_of_the_cluster_has_a_roll(#[case] spec: Value, #[case] count: usize) {
        let plane = json!({"metadata": {"name": "basic", "namespace": "istio-system"}, "spec": spec});
        let made = member_rolls(&[], &[], std::slice::from_ref(&plane));
        let selectors = json!([{"matchLabels": {"istio-injection": "enabled"}}]);
        assert_eq!(made.missing.len(), count);
        assert!(made.missing.iter().all(|roll| roll.object["spec"]["memberSelectors"] == selectors));
        assert!(member_rolls(&[roll(&json!([]))], &[], &[plane]).missing.is_empty());
    }

    #[rstest]
    #[case::other_name(json!({"metadata": {"name": "ours", "namespace": "n"}}), "metadata.name")]
    #[case::no_namespace(json!({"metadata": {"name": "default"}}), "metadata.namespace")]
    #[case::no_control_plane(json!({"metadata": {"name": "default", "namespace": "n"}}), "spec.controlPlaneRef.namespace")]
    #[case::shape(json!({"metadata": {"name": "default", "namespace": "n"}, "spec": []}), "spec")]
    fn unreadable_member_makes_nothing(#[case] member: Value, #[case] field: &str) {
        let made = member_rolls(&[], &[member], &[]);
        assert_eq!((made.missing.len(), made.notes[0].field.as_str()), (0, field));
    }
}
