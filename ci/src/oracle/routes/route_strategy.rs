//! VirtualServices that claim each other's hosts, on few Gateways and in the mesh, with routes for some requests or all.

use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use serde_json::{Value, json};

const NAMESPACES: &[(u32, &str)] = &[(4, "team"), (3, "istio-system"), (2, "team-b"), (1, "other")];

/// A few for Gateways.
pub(super) fn gateway_services() -> BoxedStrategy<Vec<Value>> {
    let host = one_of(&[
        (9, "a.test"),
        (3, "b.test"),
        (4, "*.test"),
        (2, "*"),
        (2, "A.test"),
        (1, "b.a.test"),
        (1, "*.a.test"),
        (1, "short"),
    ]);
    let gateway = one_of(&[
        (9, "istio-system/a"),
        (2, "istio-system/a-b"),
        (2, "team/a"),
        (3, "a"),
        (1, "./a"),
        (1, "a-b"),
        (1, "b"),
        (1, "a.istio-system"),
        (1, "a-b.team.svc.cluster.local"),
        (1, "mesh"),
        (1, "gone"),
    ]);
    services(host, vec(gateway, 1..3).boxed())
}

/// A few for sidecars, some of which are for Gateways, too.
pub(super) fn mesh_services() -> BoxedStrategy<Vec<Value>> {
    let host = one_of(&[
        (4, "a"),
        (5, "a.team.svc.cluster.local"),
        (3, "a.other.svc.cluster.local"),
        (2, "b.team.svc.cluster.local"),
        (2, "a.team"),
        (2, "a.team.svc"),
        (1, "a.other"),
        (1, "*.team.svc.cluster.local"),
        (1, "*.svc.cluster.local"),
        (1, "*.local"),
        (1, "*"),
        (3, "a.test"),
        (1, "A.Test"),
        (1, "b.a.test"),
        (1, "*.a.test"),
        (1, "*.test"),
        (1, "nobody.example.com"),
    ]);
    let gateways = one_of(&[
        (6, vec![]),
        (3, vec!["mesh"]),
        (2, vec!["mesh", "istio-system/a"]),
        (1, vec!["mesh", "mesh"]),
        (1, vec!["istio-system/a"]),
    ]);
    services(host, gateways)
}

fn services(
    host: BoxedStrategy<&'static str>,
    gateways: BoxedStrategy<Vec<&'static str>>,
) -> BoxedStrategy<Vec<Value>> {
    let export_to = one_of(&[
        (12, json!([])),
        (2, json!(["."])),
        (2, json!(["*"])),
        (1, json!(["~"])),
        (1, json!(["team"])),
        (2, json!(["istio-system"])),
        (1, json!([".", "istio-system"])),
        (1, json!(["team", "*"])),
        (1, json!(["*", "~"])),
        (1, json!(["team", "~"])),
    ]);
    let names = (one_of(NAMESPACES), one_of(&[(3, "x"), (3, "y"), (2, "x-y"), (1, "z")]));
    let hosts =
        one_of(&[(7, 1), (4, 2), (1, 3), (1, 0)]).prop_flat_map(move |count| vec(host.clone(), count));
    let service = (names, age(), hosts, gateways, export_to, routes()).prop_map(service_object);
    vec(service, 1..5).boxed()
}

type ServiceParts =
    ((&'static str, &'static str), Option<u8>, Vec<&'static str>, Vec<&'static str>, Value, Vec<Value>);

fn service_object(((namespace, name), age, hosts, gateways, export_to, http): ServiceParts) -> Value {
    let mut object = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"hosts": hosts, "gateways": gateways, "exportTo": export_to, "http": http},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    object
}

/// For all requests, more often than not.
fn routes() -> BoxedStrategy<Vec<Value>> {
    let everything = vec![json!({"route": [{"destination": {"host": "a.team.svc.cluster.local"}}]})];
    prop_oneof![1 => Just(everything), 2 => vec(route(), 0..4)].boxed()
}

fn route() -> BoxedStrategy<Value> {
    let action = one_of(&[
        (6, json!({"route": [{"destination": {"host": "a.team.svc.cluster.local"}}]})),
        (1, json!({"redirect": {"uri": "/elsewhere"}})),
        (1, json!({"directResponse": {"status": 503}})),
        (1, json!({"delegate": {"name": "gone"}})),
    ]);
    let matches = one_of(&[(3, 0), (4, 1), (3, 2)]).prop_flat_map(|count| vec(one_match(), count));
    let route = |(mut action, matches): (Value, Vec<Value>)| {
        if !matches.is_empty() {
            action["match"] = matches.into();
        }
        action
    };
    (action, matches).prop_map(route).boxed()
}

/// Each says little; two of them together are merged by their fields.
fn one_match() -> BoxedStrategy<Value> {
    let path = one_of(&[
        (4, json!({})),
        (3, json!({"uri": {"prefix": "/"}})),
        (2, json!({"uri": {"prefix": "/api"}})),
        (1, json!({"uri": {"exact": "/"}})),
        (1, json!({"uri": {"regex": ".*"}})),
        (1, json!({"uri": {"regex": "/.*"}})),
        (1, json!({"uri": {}})),
    ]);
    let source = one_of(&[
        (8, json!({})),
        (2, json!({"gateways": ["istio-system/a"]})),
        (1, json!({"gateways": ["a"]})),
        (2, json!({"gateways": ["mesh"]})),
        (1, json!({"gateways": ["mesh"], "sourceLabels": {"app": "other"}})),
        (2, json!({"sourceLabels": {"app": "a"}})),
        (1, json!({"sourceLabels": {"app": "other"}})),
        (1, json!({"sourceNamespace": "team"})),
        (1, json!({"sourceNamespace": "istio-system"})),
    ]);
    let condition = one_of(&[
        (9, json!({})),
        (1, json!({"headers": {"x-user": {"exact": "a"}}})),
        (1, json!({"headers": {}})),
        (1, json!({"headers": {"@request.auth.claims.group": {"exact": "a"}}})),
        (1, json!({"withoutHeaders": {"x-user": {}}})),
        (1, json!({"queryParams": {"q": {"exact": "1"}}})),
        (1, json!({"method": {"exact": "GET"}})),
        (1, json!({"authority": {"prefix": "a"}})),
        (1, json!({"scheme": {"exact": "https"}})),
        (1, json!({"ignoreUriCase": true})),
        (3, json!({"port": 80})),
        (1, json!({"port": 443})),
        (2, json!({"port": 8080})),
    ]);
    let merged = |parts: [Value; 3]| {
        let fields = parts.into_iter().filter_map(|part| part.as_object().cloned()).flatten();
        Value::Object(fields.collect())
    };
    (path, source, condition).prop_map(move |(a, b, c)| merged([a, b, c])).boxed()
}
