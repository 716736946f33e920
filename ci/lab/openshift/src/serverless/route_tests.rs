//! Routes of Ingresses as Knative Serving makes them.
use super::*;
use rstest::rstest;

const UID: &str = "209f6fa0-650b-4cd0-a018-89142522e859";
const HOST: &str = "hello-default.apps.example.com";

fn ingress(annotations: &Value) -> Value {
    json!({
        "metadata": {"name": "hello", "namespace": "default", "uid": UID, "annotations": annotations,
            "labels": {"serving.knative.dev/route": "hello", "serving.knative.dev/routeNamespace": "default"}},
        "spec": {"httpOption": "Enabled", "rules": [
            {"hosts": ["hello.default", "hello.default.svc"], "visibility": "ClusterLocal"},
            {"hosts": [HOST], "visibility": "ExternalIP", "http": {"paths": [{"splits": [{"servicePort": 80}]}]}}]},
        "status": {"publicLoadBalancer": {"ingress": [
            {"domainInternal": "istio-ingressgateway.istio-system.svc.cluster.local"}]}},
    })
}

fn only(ingress: &Value) -> Value {
    let routes = routes(ingress).unwrap();
    assert_eq!(routes.len(), 1);
    routes[0].clone()
}

#[test]
fn route_of_the_document_passes_through() {
    let route = only(&ingress(&json!({ENABLE_PASSTHROUGH: "true"})));
    let expected = json!({
        "host": HOST,
        "port": {"targetPort": "https"},
        "to": {"kind": "Service", "name": "istio-ingressgateway", "weight": 100},
        "tls": {"termination": "passthrough", "insecureEdgeTerminationPolicy": "Redirect"},
        "wildcardPolicy": "None",
    });
    assert_eq!(route["spec"], expected);
    assert_eq!(route["metadata"]["namespace"], "istio-system");
    let labels = json!({
        "serving.knative.dev/route": "hello", "serving.knative.dev/routeNamespace": "default",
        NETWORKING_INGRESS: "hello", INGRESS_NAME: "hello", INGRESS_NAMESPACE: "default"});
    assert_eq!(route["metadata"]["labels"], labels);
    assert_eq!(route["metadata"]["annotations"][TIMEOUT], "600s");
}

#[rstest]
#[case::without(json!({}), "http2", "edge", "Allow")]
#[case::true_(json!({ENABLE_PASSTHROUGH: "true"}), "https", "passthrough", "Redirect")]
// To be there is enough.
#[case::false_(json!({ENABLE_PASSTHROUGH: "false"}), "https", "passthrough", "Redirect")]
fn presence_of_the_annotation_decides(
    #[case] annotations: Value,
    #[case] port: &str,
    #[case] termination: &str,
    #[case] insecure: &str,
) {
    let spec = &only(&ingress(&annotations))["spec"];
    let observed = (&spec["port"]["targetPort"], &spec["tls"]["termination"]);
    assert_eq!(observed, (&json!(port), &json!(termination)));
    assert_eq!(spec["tls"]["insecureEdgeTerminationPolicy"], insecure);
}

#[rstest]
#[case::own_certificate("/spec/tls", json!([{"hosts": [HOST], "secretName": "s"}]), "passthrough")]
#[case::no_certificate("/spec/tls", json!([]), "edge")]
#[case::encrypted_within("/spec/rules/1/http/paths/0/splits/0/servicePort", json!(443), "passthrough")]
fn what_is_encrypted_to_its_end_passes_through(
    #[case] field: &str,
    #[case] value: Value,
    #[case] expected: &str,
) {
    let mut ingress = ingress(&json!({}));
    let (parent, key) = field.rsplit_once('/').unwrap();
    ingress.pointer_mut(parent).unwrap()[key] = value;
    assert_eq!(only(&ingress)["spec"]["tls"]["termination"], expected);
}

#[test]
fn redirected_edge_redirects() {
    let mut ingress = ingress(&json!({}));
    ingress["spec"]["httpOption"] = json!("Redirected");
    assert_eq!(only(&ingress)["spec"]["tls"]["insecureEdgeTerminationPolicy"], "Redirect");
}

#[rstest]
#[case::default(json!({}), Ok("600s"))]
#[case::written(json!({SET_ROUTE_TIMEOUT: "800"}), Ok("800s"))]
#[case::no_number(json!({SET_ROUTE_TIMEOUT: "10m"}), Err(RouteError::Timeout("10m".to_owned())))]
fn timeout_is_in_seconds(#[case] annotations: Value, #[case] expected: Result<&str, RouteError>) {
    let observed = routes(&ingress(&annotations))
        .map(|routes| routes[0]["metadata"]["annotations"][TIMEOUT].as_str().unwrap_or_default().to_owned());
    assert_eq!(observed, expected.map(str::to_owned));
}

#[test]
fn disabled_route_is_none() {
    assert_eq!(routes(&ingress(&json!({DISABLE_ROUTE: "false"}))), Ok(vec![]));
}

#[test]
fn ingress_without_a_load_balancer_waits() {
    let mut ingress = ingress(&json!({}));
    ingress["status"] = json!({});
    assert_eq!(routes(&ingress), Err(RouteError::NoLoadBalancer));
}

#[rstest]
#[case::of_the_domain("hello-default.apps.example.com", true)]
#[case::of_two_labels("example.com", true)]
#[case::local("hello.default.svc", false)]
#[case::local_in_full("hello.default.svc.cluster.local", false)]
#[case::single("hello", false)]
fn names_of_the_cluster_have_no_route(#[case] host: &str, #[case] expected: bool) {
    assert_eq!(is_public(host), expected);
}

/// Of `sha256sum` and `xxd`: the hash of `a.example.com` begins with the digits that are encoded here.
#[test]
fn name_ends_in_the_codes_of_six_digits() {
    let name = name(UID, "a.example.com");
    let code = name.strip_prefix(&format!("route-{UID}-")).unwrap();
    let digits: Vec<u8> =
        (0..code.len()).step_by(2).map(|at| u8::from_str_radix(&code[at..at + 2], 16).unwrap()).collect();
    assert_eq!(String::from_utf8(digits).unwrap(), "7653e4");
    assert!(name.len() <= 63, "a Route's name is a label of a host");
}
