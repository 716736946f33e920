//! How much of a kind the files hold.

use super::*;
use rstest::rstest;
use serde_json::{Value, json};
use vocabulary::Extent;

/// An object as a server prints it; without a namespace for `""`.
fn of_server(namespace: &str, name: &str) -> Value {
    let mut object = json!({"metadata": {"name": name, "uid": "1"}});
    if !namespace.is_empty() {
        object["metadata"]["namespace"] = Value::from(namespace);
    }
    object
}

fn list(kind: &str, items: &[Value]) -> String {
    let api_version = if kind.starts_with("Gateway") { "networking.istio.io/v1" } else { "v1" };
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"resourceVersion": "1"}, "items": items})
        .to_string()
}

/// A list of any kinds.
fn mixed(items: Vec<(&str, Value)>) -> String {
    let items = items.into_iter().map(|(kind, mut item)| {
        item["apiVersion"] = Value::from("v1");
        item["kind"] = Value::from(kind);
        item
    });
    list("List", &items.collect::<Vec<_>>())
}

fn of_namespaces(names: &[&str]) -> Extent {
    Extent::Namespaces(names.iter().map(|name| (*name).to_owned()).collect())
}

fn extent(contents: &[(&str, String)], resource: &str) -> Extent {
    let other = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: x}\n".to_owned();
    let with_one = [contents, &[("other.yaml", other)]].concat();
    files(&with_one).extent(resource)
}

#[rstest]
#[case::manifest(&[("a.yaml", POD.to_owned())], Extent::Part)]
#[case::nothing(&[], Extent::Nothing)]
#[case::object_of_a_server(&[("a.json", mixed(vec![]).replace("\"items\":[]", "\"x\":1")), ("b.yaml", POD.to_owned())], Extent::Part)]
#[case::list_without_uid(&[("a.json", list("PodList", &[json!({"metadata": {"name": "a"}})]))], Extent::Part)]
#[case::several_namespaces(&[("a.json", list("PodList", &[of_server("a", "x"), of_server("b", "x")]))], Extent::Whole)]
#[case::one_namespace(&[("a.json", list("PodList", &[of_server("a", "x"), of_server("a", "y")]))], of_namespaces(&["a"]))]
#[case::two_lists(
    &[("a.json", list("PodList", &[of_server("a", "x")])), ("b.json", list("PodList", &[of_server("b", "x")]))],
    of_namespaces(&["a", "b"])
)]
#[case::other_kinds_tell(
    &[("a.json", mixed(vec![("Pod", of_server("a", "x")), ("Service", of_server("b", "x"))]))],
    Extent::Whole
)]
#[case::empty(&[("a.json", list("PodList", &[]))], Extent::Whole)]
#[case::empty_beside_others(
    &[("a.json", list("PodList", &[])), ("b.json", list("PodList", &[of_server("b", "x")]))],
    of_namespaces(&["b"])
)]
#[case::empty_of_any_kind(&[("a.json", list("List", &[]))], Extent::Nothing)]
#[case::cut(
    &[("a.json", list("PodList", &[of_server("a", "x"), of_server("b", "x")]).replace("\"resourceVersion\"", "\"continue\""))],
    Extent::Part
)]
#[case::item_that_is_none(
    &[("a.json", list("PodList", &[of_server("a", "x"), of_server("b", "x"), json!({})]))],
    Extent::Part
)]
#[case::in_a_must_gather(&[("namespaces/n/core/pods.yaml", list("PodList", &[of_server("n", "x")]))], of_namespaces(&["n"]))]
#[case::empty_in_a_must_gather(&[("namespaces/n/core/pods.yaml", list("PodList", &[]))], of_namespaces(&["n"]))]
#[case::in_a_folder_of_another_name(
    &[("namespaces/n/core/pods.yaml", list("PodList", &[of_server("a", "x"), of_server("b", "y")]))],
    Extent::Whole
)]
fn pods_are_known(#[case] contents: &[(&str, String)], #[case] expected: Extent) {
    assert_eq!(extent(contents, "pods"), expected);
}

#[rstest]
#[case::list(&[("a.json", list("NamespaceList", &[of_server("", "a")]))], Extent::Whole)]
#[case::beside_one_namespace(
    &[("a.json", mixed(vec![("Namespace", of_server("", "a")), ("Pod", of_server("a", "x"))]))],
    Extent::Whole
)]
#[case::folder(
    &[("cluster-scoped-resources/core/namespaces/a.json", namespace("a"))],
    Extent::Part
)]
fn namespaces_are_known(#[case] contents: &[(&str, String)], #[case] expected: Extent) {
    assert_eq!(extent(contents, "namespaces"), expected);
}

fn namespace(name: &str) -> String {
    let mut object = of_server("", name);
    object["apiVersion"] = Value::from("v1");
    object["kind"] = Value::from("Namespace");
    object.to_string()
}

fn gateway(namespace: &str, name: &str) -> String {
    let mut object = of_server(namespace, name);
    object["apiVersion"] = Value::from("networking.istio.io/v1");
    object["kind"] = Value::from("Gateway");
    object.to_string()
}

#[rstest]
#[case::folder(&[("mg/namespaces/n/networking.istio.io/gateways/a.json", gateway("n", "a"))], of_namespaces(&["n"]))]
#[case::two_folders(
    &[
        ("mg/namespaces/n/networking.istio.io/gateways/a.json", gateway("n", "a")),
        ("mg/namespaces/m/networking.istio.io/gateways/a.json", gateway("m", "a")),
    ],
    of_namespaces(&["m", "n"])
)]
#[case::broken_folder(
    &[
        ("mg/namespaces/n/networking.istio.io/gateways/a.json", gateway("n", "a")),
        ("mg/namespaces/n/networking.istio.io/gateways/b.json", "{".to_owned()),
    ],
    Extent::Part
)]
#[case::manifest_in_a_folder(
    &[("namespaces/n/networking.istio.io/gateways/a.json", gateway("n", "a").replace("uid", "generation"))],
    Extent::Part
)]
#[case::elsewhere(&[("namespaces/n/a.json", gateway("n", "a"))], Extent::Part)]
fn gateways_are_known(#[case] contents: &[(&str, String)], #[case] expected: Extent) {
    assert_eq!(extent(contents, "gateways.networking.istio.io"), expected);
}

fn definitions(plurals: &[&str]) -> String {
    let items = plurals.iter().map(|plural| {
        let mut item = of_server("", &format!("{plural}.networking.istio.io"));
        item["spec"] = json!({"group": "networking.istio.io", "names": {"plural": plural, "kind": "X"},
            "versions": [{"name": "v1", "served": true}]});
        item
    });
    let items: Vec<_> = items.collect();
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinitionList", "items": items})
        .to_string()
}

#[test]
fn kind_without_a_definition_has_no_object() {
    let all = files(&[("a.json", definitions(&["gateways"]))]);
    assert!(all.offers("Discovery"));
    assert_eq!(all.extent("sidecars.networking.istio.io"), Extent::Whole);
    assert_eq!(all.extent("gateways.networking.istio.io"), Extent::Nothing);
    assert_eq!(all.extent("deployments.apps"), Extent::Nothing);
    assert_eq!(all.manifests().served().names().collect::<Vec<_>>().len(), 2);
}

#[test]
fn kind_of_a_manifest_that_has_no_definition_is_not_served() {
    let all =
        files(&[("a.json", definitions(&["sidecars"])), ("b.json", gateway("n", "a").replace("uid", "x"))]);
    assert!(all.offers("Discovery"));
    assert!(!all.manifests().served().has_named("gateways.networking.istio.io"));
    assert!(all.manifests().served().has_named("sidecars.networking.istio.io"));
}

#[test]
fn object_that_is_not_known_is_not_absent_whatever_a_person_says() {
    let folder = folder(&[
        ("a.yaml", POD.to_owned()),
        ("b.yaml", POD.replace("{name", "{labels: {}, name")),
        ("c.yaml", POD.replace("Pod", "Service")),
    ]);
    let files = Files::read(&[folder.path().to_owned()], Some(FilesHold::All)).unwrap();
    assert_eq!((files.extent("pods"), files.extent("services")), (Extent::Part, Extent::Whole));
}

#[rstest]
#[case::none(&[("a.yaml", POD.to_owned())])]
#[case::one_by_itself(&[("a.json", definitions(&["gateways"]).replace("\"uid\"", "\"x\""))])]
#[case::asked_for_by_name(&[("a.json", definitions(&["sidecars"])), ("b.json", gateway("n", "a"))])]
fn definitions_that_happen_to_be_there_are_not_all(#[case] contents: &[(&str, String)]) {
    let files = files(contents);
    assert!(!files.offers("Discovery"));
    assert_eq!(files.extent("virtualservices.networking.istio.io"), Extent::Nothing);
}

#[rstest]
#[case::all(FilesHold::All, Extent::Whole, Extent::Whole)]
#[case::some(FilesHold::Some, Extent::Part, Extent::Nothing)]
fn person_knows_better(#[case] hold: FilesHold, #[case] of_pods: Extent, #[case] of_services: Extent) {
    let list = list("PodList", &[of_server("a", "x"), of_server("b", "x")]);
    let folder = folder(&[("a.json", list)]);
    let files = Files::read(&[folder.path().to_owned()], Some(hold)).unwrap();
    assert_eq!((files.extent("pods"), files.extent("services")), (of_pods, of_services));
    assert!(files.rerun_flags().ends_with(&format!(" --files-hold {hold}")));
}
