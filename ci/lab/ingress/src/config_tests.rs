//! Both formats, the defaults, and what is refused.
use rstest::rstest;

use super::*;

const PUBLIC: &str = "istio-ingressgateway.istio-system.svc.cluster.local";
const ONE: &str = "[{name: a, namespace: n, service: a.n.svc.cluster.local}]";
const ONE_OF_TWO: &str = "[{name: a, namespace: n, service: a.n.svc}, \
    {name: b, namespace: n, service: b.n.svc, labelSelector: {matchLabels: {exposition: special}}}]";
const BAD_SELECTOR: &str = "[{name: a, namespace: n, service: a.n.svc, \
    labelSelector: {matchExpressions: [{key: k, operator: Near}]}}]";

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn parse(entries: &[(&str, &str)]) -> Result<GatewayConfig, ConfigError> {
    GatewayConfig::parse(&map(entries), "knative-serving", "cluster.local")
}

fn names(gateways: &[Gateway]) -> Vec<&str> {
    gateways.iter().map(|gateway| gateway.name.as_str()).collect()
}

const DEFAULT: &[&str] = &["knative-serving/knative-ingress-gateway"];
const DEFAULT_LOCAL: &[&str] = &["knative-serving/knative-local-gateway"];

#[rstest]
#[case::nothing(&[], DEFAULT, DEFAULT_LOCAL)]
#[case::only_an_example(&[("_example", "external-gateways: x")], DEFAULT, DEFAULT_LOCAL)]
#[case::key(&[("gateway.n.a", PUBLIC)], &["n/a"], DEFAULT_LOCAL)]
#[case::local_key(&[("local-gateway.n.a", PUBLIC)], DEFAULT, &["n/a"])]
#[case::key_without_namespace(&[("gateway.a", PUBLIC)], &["knative-serving/a"], DEFAULT_LOCAL)]
#[case::two_keys(&[("gateway.n.b", PUBLIC), ("gateway.n.a", PUBLIC)], &["n/a", "n/b"], DEFAULT_LOCAL)]
#[case::trailing_dot(&[("gateway.n.a", "a.n.svc.cluster.local.")], &["n/a"], DEFAULT_LOCAL)]
#[case::list(&[("external-gateways", ONE)], &["n/a"], DEFAULT_LOCAL)]
#[case::both_lists(&[("external-gateways", ONE), ("local-gateways", ONE)], &["n/a"], &["n/a"])]
#[case::blank_list(&[("external-gateways", " \n"), ("local-gateways", ONE)], DEFAULT, &["n/a"])]
#[case::mesh_only(&[("external-gateways", "[]"), ("local-gateways", "[]")], &[], &[])]
fn usable_config(#[case] entries: &[(&str, &str)], #[case] external: &[&str], #[case] local: &[&str]) {
    let config = parse(entries).unwrap();
    assert_eq!(names(&config.external), external);
    assert_eq!(names(&config.local), local);
}

#[rstest]
#[case::mixed(&[("gateway.n.a", PUBLIC), ("local-gateways", ONE)], "are defined together")]
#[case::not_a_list(&[("external-gateways", "name: a")], "`external-gateways` is not a list of gateways")]
#[case::no_service(&[("local-gateways", "[{name: a, namespace: n}]")], "without `service`")]
#[case::two_defaults(
    &[("external-gateways", "[{name: a, namespace: n, service: a}, {name: b, namespace: n, service: b}]")],
    "has 2 gateways without a label selector"
)]
#[case::bad_service(&[("gateway.n.a", "https://a")], "names the service `https://a`")]
#[case::bad_selector(&[("external-gateways", BAD_SELECTOR)], "a label selector that cannot be used")]
#[case::half_mesh_only(&[("external-gateways", "[]")], "mesh-only mode needs both")]
fn refused_config(#[case] entries: &[(&str, &str)], #[case] message: &str) {
    let error = parse(entries).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

#[rstest]
#[case::selected(&[("exposition", "special")], &["n/b"])]
#[case::otherwise_the_default(&[("exposition", "usual")], &["n/a"])]
fn gateway_of_an_ingress(#[case] labels: &[(&str, &str)], #[case] gateways: &[&str]) {
    let config = parse(&[("external-gateways", ONE_OF_TWO)]).unwrap();
    assert_eq!(names(&config.external(&map(labels))), gateways);
}

#[rstest]
#[case::label("a", true)]
#[case::upper_case("A.b", false)]
#[case::empty_label("a..b", false)]
#[case::dash_at_the_end("a-.b", false)]
#[case::underscore("a_b", false)]
fn dns_subdomain(#[case] name: &str, #[case] is_valid: bool) {
    assert_eq!(is_dns_subdomain(name), is_valid);
}
