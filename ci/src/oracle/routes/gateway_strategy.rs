//! Few Gateways for one pod, with few hosts: they meet more often than others.

use crate::oracle::choice::{age, one_of, time};
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

const NAMESPACE: &str = "istio-system";
const NAME: &str = "gateway";

/// One Gateway, or two, their pod, and perhaps its Service.
pub(super) fn small_gateway_case() -> BoxedStrategy<OracleCase> {
    let labels = one_of(&[(3, json!({"istio": "ingress", "app": "a"})), (1, json!({"istio": "ingress"}))]);
    // By a Service that leads 80 to 8080, servers with the two numbers share a port.
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": NAMESPACE, "name": NAME},
        "spec": {"selector": {"istio": "ingress"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
    });
    let services = one_of(&[(2, Vec::new()), (1, vec![service])]);
    let case = |(gateways, services, labels): (Vec<Value>, Vec<Value>, Value)| {
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"namespace": NAMESPACE, "name": NAME, "labels": labels},
            "spec": {"containers": []},
        });
        let objects = gateways.into_iter().chain(services).chain([pod]).collect();
        OracleCase::new("", CaseProxy::new(NAMESPACE, NAME), objects)
    };
    (vec(gateway(), 1..3), services, labels).prop_map(case).boxed()
}

fn gateway() -> BoxedStrategy<Value> {
    let names = (one_of(&[(5, "istio-system"), (1, "team")]), one_of(&[(3, "a"), (1, "a-b")]));
    let gateway = |((namespace, name), age, servers): ((&str, &str), Option<u8>, Vec<Value>)| {
        let mut object = json!({
            "apiVersion": "networking.istio.io/v1",
            "kind": "Gateway",
            "metadata": {"namespace": namespace, "name": name},
            "spec": {"selector": {"istio": "ingress"}, "servers": servers},
        });
        if let Some(age) = age {
            object["metadata"]["creationTimestamp"] = time(age).into();
        }
        object
    };
    (names, age(), vec(server(), 1..3)).prop_map(gateway).boxed()
}

fn server() -> BoxedStrategy<Value> {
    let port = one_of(&[
        (6, json!({"number": 80, "name": "http", "protocol": "HTTP"})),
        (3, json!({"number": 8080, "name": "http-b", "protocol": "HTTP"})),
        (2, json!({"number": 443, "name": "https", "protocol": "HTTPS"})),
    ]);
    let host = one_of(&[
        (5, "*"),
        (4, "a.test"),
        (2, "A.test"),
        (3, "*.test"),
        (2, "b.test"),
        (2, "./a.test"),
        (1, "./*"),
        (2, "istio-system/*"),
        (2, "team/a.test"),
        (1, "*/a.test"),
        (1, "team/*.test"),
    ]);
    let redirects = one_of(&[(5, false), (1, true)]);
    let server = |(port, hosts, redirects): (Value, Vec<&str>, bool)| {
        let mut server = json!({"port": port, "hosts": hosts});
        if server["port"]["protocol"] == "HTTPS" {
            server["tls"] = json!({"mode": "SIMPLE", "credentialName": "one"});
        } else if redirects {
            server["tls"] = json!({"httpsRedirect": true});
        }
        server
    };
    (port, vec(host, 1..3), redirects).prop_map(server).boxed()
}
