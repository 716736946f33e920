//! Whom the namespace of Knative Serving belongs to, by what there is.

use super::*;
use crate::flavour::{OSSM2, OSSM3, UPSTREAM};
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use vocabulary::{Extent, ObjectRef, Objects, Provenance, View};

const SERVING: &str = "knative-serving";

/// The objects of a view's kind among these.
fn of_kind<V: View>(values: &[Value], extent: &Extent) -> Objects<V> {
    let ours = values.iter().filter(|value| value["kind"] == V::KIND.kind);
    Objects::new(ours.map(|value| Arc::new(V::from_object(value.clone()).unwrap())).collect(), extent.clone())
}

fn objects<'a>(values: &[Value], extent: &Extent, provenances: &'a [Provenance]) -> OwnershipObjects<'a> {
    OwnershipObjects {
        serving_namespace: SERVING,
        mesh_namespace: "istio-system",
        namespaces: of_kind(values, extent),
        rolls: of_kind(values, extent),
        members: of_kind(values, extent),
        planes: of_kind(values, extent),
        resources: of_kind(values, extent),
        deployments: of_kind(values, extent),
        pods: of_kind(values, extent),
        provenances,
    }
}

/// The flavour, the namespace of the mesh and what told it, of files.
fn owner(values: &[Value]) -> Option<(Flavour, Option<String>, String)> {
    let owner = mesh_owner(&objects(values, &Extent::Nothing, &[]), None)?;
    Some((owner.flavour, owner.mesh_namespace, owner.evidence))
}

#[expect(clippy::unnecessary_wraps, reason = "a table holds it beside `None`")]
fn told(flavour: Flavour, mesh: &str, evidence: &str) -> Option<(Flavour, Option<String>, String)> {
    Some((flavour, Some(mesh.to_owned()), evidence.to_owned()))
}

fn namespace(name: &str, labels: &Value) -> Value {
    json!({"kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

fn roll(spec: &Value, status: &Value) -> Value {
    let metadata = json!({"name": "default", "namespace": "mesh"});
    json!({"kind": "ServiceMeshMemberRoll", "metadata": metadata, "spec": spec, "status": status})
}

fn plane() -> Value {
    json!({"kind": "ServiceMeshControlPlane", "metadata": {"name": "basic", "namespace": "mesh"}})
}

fn istio(name: &str, selectors: &Value) -> Value {
    let values = json!({"meshConfig": {"discoverySelectors": selectors}});
    json!({"kind": "Istio", "metadata": {"name": name}, "spec": {"namespace": "sail", "values": values}})
}

fn istiod(namespace: &str, name: &str, labels: &Value, image: &str) -> Value {
    let mut labels = labels.clone();
    labels["app"] = json!("istiod");
    let template = json!({"spec": {"containers": [{"name": "discovery", "image": image}]}});
    json!({"kind": "Deployment", "metadata": {"name": name, "namespace": namespace, "labels": labels},
           "spec": {"template": template}})
}

fn member(namespace: &str, name: &str) -> Value {
    json!({"kind": "ServiceMeshMember", "metadata": {"name": name, "namespace": namespace},
           "spec": {"controlPlaneRef": {"name": "basic", "namespace": "mesh"}}})
}

const HAS_MEMBER: &str = "ServiceMeshMemberRoll mesh/default has the member knative-serving";

#[rstest]
#[case::name(&[roll(&json!({"members": [SERVING]}), &json!({}))], HAS_MEMBER)]
#[case::every_namespace(&[roll(&json!({"members": ["*"]}), &json!({}))], HAS_MEMBER)]
#[case::configured(&[roll(&json!({}), &json!({"configuredMembers": [SERVING]}))], HAS_MEMBER)]
#[case::other_namespace_is_known(
    &[roll(&json!({"members": [SERVING]}), &json!({})), namespace("openshift-serverless", &json!({}))],
    HAS_MEMBER
)]
#[case::selector(
    &[roll(&json!({"memberSelectors": [{"matchLabels": {"mesh": "ours"}}]}), &json!({})),
      namespace(SERVING, &json!({"mesh": "ours"}))],
    HAS_MEMBER
)]
#[case::selector_of_unknown_labels(
    &[roll(&json!({"memberSelectors": [{"matchLabels": {"mesh": "ours"}}]}), &json!({}))],
    "ServiceMeshMemberRoll mesh/default may select knative-serving"
)]
#[case::member(&[member(SERVING, "default")], "ServiceMeshMember knative-serving/default names mesh")]
#[case::label(
    &[namespace(SERVING, &json!({"maistra.io/member-of": "mesh"}))],
    "Namespace knative-serving has the label `maistra.io/member-of: mesh`"
)]
#[case::control_plane(&[plane()], "ServiceMeshControlPlane mesh/basic")]
#[case::roll_of_others(&[roll(&json!({"members": ["shop"]}), &json!({}))], "ServiceMeshMemberRoll mesh/default")]
#[case::istiod_by_name(
    &[plane(), istiod("mesh", "istiod-basic", &json!({}), "mirror/istiod")], "ServiceMeshControlPlane mesh/basic"
)]
#[case::istiod_by_label(
    &[istiod("mesh", "istiod-basic", &json!({"maistra-version": "2.5.2"}), "mirror/istiod")],
    "Deployment mesh/istiod-basic"
)]
#[case::istiod_by_image(
    &[istiod("mesh", "istiod-basic", &json!({}), "registry.redhat.io/openshift-service-mesh/pilot-rhel8@sha256:1")],
    "Deployment mesh/istiod-basic"
)]
#[case::gateway_api_of_openshift(
    &[roll(&json!({}), &json!({})), istio("openshift-gateway", &Value::Null)], "ServiceMeshMemberRoll mesh/default"
)]
fn maistra_owns_the_namespace(#[case] values: &[Value], #[case] evidence: &str) {
    assert_eq!(owner(values), told(OSSM2, "mesh", evidence));
}

#[rstest]
#[case::without_selectors(&[istio("default", &Value::Null)])]
#[case::covers(
    &[istio("default", &json!([{"matchLabels": {"mesh": "ours"}}])), namespace(SERVING, &json!({"mesh": "ours"}))]
)]
#[case::covers_another(
    &[istio("default", &json!([{"matchLabels": {"mesh": "theirs"}}])), namespace(SERVING, &json!({"mesh": "ours"}))]
)]
#[case::labels_are_not_known(&[istio("default", &json!([{"matchLabels": {"mesh": "ours"}}]))])]
#[case::selectors_that_cannot_be_read(&[istio("default", &json!({"matchLabels": {"mesh": "ours"}}))])]
#[case::its_istiod(&[istio("default", &Value::Null), istiod("sail", "istiod", &json!({}), "mirror/istiod")])]
#[case::revision_of_the_namespace(
    &[istio("canary", &Value::Null), istio("default", &Value::Null), namespace(SERVING, &json!({"istio.io/rev": "default"}))]
)]
fn sail_owns_the_namespace(#[case] values: &[Value]) {
    assert_eq!(owner(values), told(OSSM3, "sail", "Istio default"));
}

#[rstest]
#[case::plain(&json!({}), "docker.io/istio/pilot:1.27.3", UPSTREAM)]
#[case::mirror(&json!({}), "mirror/istiod", UPSTREAM)]
#[case::sail(&json!({"managed-by": "sail-operator"}), "docker.io/istio/pilot:1.27.3", OSSM3)]
#[case::image_of_openshift(&json!({}), "registry.redhat.io/openshift-service-mesh/istio-pilot-rhel9@sha256:1", OSSM3)]
fn istiod_tells_its_product(#[case] labels: &Value, #[case] image: &str, #[case] expected: Flavour) {
    let values = [istiod("control", "istiod", labels, image)];
    assert_eq!(owner(&values), told(expected, "control", "Deployment control/istiod"));
}

#[test]
fn istiod_of_the_gateway_api_owns_nothing() {
    let labels = json!({"istio.io/rev": "openshift-gateway"});
    let image = "registry.redhat.io/openshift-service-mesh/istio-pilot-rhel9@sha256:1";
    assert_eq!(owner(&[istiod("openshift-ingress", "istiod-openshift-gateway", &labels, image)]), None);
}

#[rstest]
#[case::ossm2(SERVING, "r/openshift-service-mesh/proxyv2-rhel8:2.5", Some(OSSM2))]
#[case::ossm3(SERVING, "r/openshift-service-mesh/istio-proxyv2-rhel9:1.27", Some(OSSM3))]
#[case::upstream("shop", "docker.io/istio/proxyv2:1.27.3", Some(UPSTREAM))]
#[case::no_sidecar(SERVING, "gcr.io/knative-releases/activator", None)]
fn sidecar_tells_its_product(
    #[case] namespace: &str,
    #[case] image: &str,
    #[case] expected: Option<Flavour>,
) {
    let pod = json!({"kind": "Pod", "metadata": {"name": "a", "namespace": namespace},
                     "spec": {"containers": [{"name": "istio-proxy", "image": image}]}});
    let evidence = format!("Pod {namespace}/a has the image {image}");
    assert_eq!(owner(&[pod]), expected.map(|flavour| (flavour, None, evidence)));
}

#[test]
fn what_an_istio_operator_makes_is_told_by_its_name() {
    let named = |kind: &str, name: &str| ObjectRef::namespaced(kind, "istio-system", name);
    let provenances = [Provenance {
        object: named("Deployment", "istiod"),
        origin: named("IstioOperator", "mesh"),
        fields: Vec::new(),
    }];
    let values = [istiod("istio-system", "istiod", &json!({}), "")];
    let owner = mesh_owner(&objects(&values, &Extent::Part, &provenances), None).unwrap();
    assert_eq!((owner.flavour, owner.evidence.as_str()), (UPSTREAM, "IstioOperator istio-system/mesh"));
}

#[rstest]
#[case::roll(
    &[roll(&json!({"members": [SERVING]}), &json!({})), istio("default", &Value::Null)], None,
    told(OSSM2, "mesh", &format!("{HAS_MEMBER}; ossm3 is there, too: Istio default"))
)]
#[case::control_plane_alone(
    &[plane(), istio("default", &Value::Null)], None,
    told(OSSM3, "sail", "Istio default; ossm2 is there, too: ServiceMeshControlPlane mesh/basic")
)]
#[case::member_that_has_moved(
    &[roll(&json!({"members": [SERVING]}), &json!({})), istio("default", &Value::Null),
      namespace(SERVING, &json!({"maistra.io/ignore-namespace": "true"}))], None,
    told(OSSM3, "sail", &format!("Istio default; ossm2 is there, too: {HAS_MEMBER}"))
)]
#[case::named(
    &[roll(&json!({"members": [SERVING]}), &json!({})), istio("default", &Value::Null)], Some(OSSM3),
    told(OSSM3, "sail", &format!("Istio default; ossm2 is there, too: {HAS_MEMBER}"))
)]
#[case::named_and_not_there(&[plane()], Some(UPSTREAM), None)]
fn of_two_the_one_that_enrols_counts(
    #[case] values: &[Value],
    #[case] named: Option<Flavour>,
    #[case] expected: Option<(Flavour, Option<String>, String)>,
) {
    let owner = mesh_owner(&objects(values, &Extent::Nothing, &[]), named);
    assert_eq!(owner.map(|owner| (owner.flavour, owner.mesh_namespace, owner.evidence)), expected);
}

#[rstest]
#[case::files(Extent::Nothing, Some(OSSM2))]
#[case::cluster(Extent::Whole, None)]
fn label_that_was_left_behind_tells_nothing(#[case] extent: Extent, #[case] expected: Option<Flavour>) {
    let values = [namespace(SERVING, &json!({"maistra.io/member-of": "mesh"}))];
    let owner = mesh_owner(&objects(&values, &extent, &[]), None);
    assert_eq!(owner.map(|owner| owner.flavour), expected);
}
