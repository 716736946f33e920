//! AuthorizationPolicies of every action, with few values that meet the requests, and some that nobody can ask.

use crate::oracle::choice::one_of;
use proptest::collection::vec;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use serde_json::{Map, Value, json};

/// A few policies, or none.
pub(super) fn policies() -> BoxedStrategy<Vec<Value>> {
    vec(policy(), 0..5).boxed()
}

fn policy() -> BoxedStrategy<Value> {
    let names = (
        one_of(&[(6, "team"), (3, "istio-system"), (1, "other")]),
        one_of(&[(2, "a"), (2, "b"), (2, "c"), (1, "d")]),
        one_of(&[(9, None), (1, Some("true")), (1, Some("false")), (1, Some("yes"))]),
    );
    let action = one_of(&[
        (3, Value::Null),
        (4, json!("ALLOW")),
        (5, json!("DENY")),
        (1, json!("AUDIT")),
        (1, json!("CUSTOM")),
    ]);
    (names, attachment(), action, rules()).prop_map(policy_object).boxed()
}

type Names = (&'static str, &'static str, Option<&'static str>);

fn policy_object(
    ((namespace, name, tried), mut spec, action, rules): (Names, Value, Value, Vec<Value>),
) -> Value {
    if !action.is_null() {
        spec["action"] = action;
    }
    if !rules.is_empty() {
        spec["rules"] = rules.into();
    }
    let mut object = json!({
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"namespace": namespace, "name": name},
        "spec": spec,
    });
    if let Some(tried) = tried {
        object["metadata"]["annotations"] = json!({"istio.io/dry-run": tried});
    }
    object
}

fn attachment() -> BoxedStrategy<Value> {
    let gateway = |name: &str| json!({"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": name});
    one_of(&[
        (8, json!({})),
        (5, json!({"selector": {"matchLabels": {"app": "a"}}})),
        (2, json!({"selector": {"matchLabels": {"app": "a", "tier": "b"}}})),
        (1, json!({"selector": {"matchLabels": {"app": "other"}}})),
        (1, json!({"selector": {}})),
        (1, json!({"targetRefs": [gateway("a")]})),
        (1, json!({"targetRef": gateway("b")})),
        (1, json!({"targetRefs": [{"group": "", "kind": "Service", "name": "a"}]})),
    ])
}

fn rules() -> BoxedStrategy<Vec<Value>> {
    vec(rule(), 0..3).boxed()
}

fn rule() -> BoxedStrategy<Value> {
    let from = fields(SOURCES).prop_map(|source| json!({"source": source}));
    let to = fields(OPERATIONS).prop_map(|operation| json!({"operation": operation}));
    (vec(from, 0..3), vec(to, 0..3), vec(condition(), 0..2))
        .prop_map(|(from, to, when)| {
            let mut rule = Map::new();
            for (name, list) in [("from", from), ("to", to), ("when", when)] {
                if !list.is_empty() {
                    rule.insert(name.to_owned(), list.into());
                }
            }
            rule.into()
        })
        .boxed()
}

/// Fields, each with what it may hold.
type Choices = &'static [(&'static str, &'static [&'static str])];

const PRINCIPALS: &[&str] = &[
    "*",
    "cluster.local/ns/team/sa/default",
    "cluster.local/ns/knative-serving/sa/*",
    "*/ns/team/sa/default",
    "*/sa/activator",
    "east.test/ns/team/sa/default",
    "*.test/ns/team/sa/default",
    "west.test/ns/team/*",
];
const NAMESPACES: &[&str] = &["team", "tea", "te*", "*", "*-serving", "knative-serving"];
const ACCOUNTS: &[&str] = &["default", "team/default", "knative-serving/activator", "activator"];
const DOMAINS: &[&str] = &["cluster.local", "east.test", "*.test", "*", "else*"];
const ADDRESSES: &[&str] = &["10.0.0.0/8", "10.1.2.3", "10.1.2.3/40", "nowhere"];
const TOKENS: &[&str] = &["*", "issuer.test/*", "issuer.test/subject"];
const HOSTS: &[&str] = &["*", "*.team.svc.cluster.local", "a.TEAM", "b.test", "b.test:*"];
const PORTS: &[&str] = &["8012", "8080", "808", "80800", "http"];
const METHODS: &[&str] = &["GET", "POST", "P*", "*", "*T", "get"];
const PATHS: &[&str] = &["/healthz", "/team/*", "*", "*/broker", "/team/{*}", "/{**}", "/{*}/broker"];

const SOURCES: Choices = &[
    ("principals", PRINCIPALS),
    ("notPrincipals", PRINCIPALS),
    ("namespaces", NAMESPACES),
    ("notNamespaces", NAMESPACES),
    ("serviceAccounts", ACCOUNTS),
    ("notServiceAccounts", ACCOUNTS),
    ("trustDomains", DOMAINS),
    ("notTrustDomains", DOMAINS),
    ("requestPrincipals", TOKENS),
    ("notRequestPrincipals", TOKENS),
    ("ipBlocks", ADDRESSES),
    ("notRemoteIpBlocks", ADDRESSES),
];

const OPERATIONS: Choices = &[
    ("hosts", HOSTS),
    ("notHosts", HOSTS),
    ("ports", PORTS),
    ("notPorts", PORTS),
    ("methods", METHODS),
    ("notMethods", METHODS),
    ("paths", PATHS),
    ("notPaths", PATHS),
];

const CONDITIONS: Choices = &[
    ("request.headers[Kn-Namespace]", &["team", "*", "te*", "other"]),
    ("request.headers", &["team"]),
    ("source.namespace", NAMESPACES),
    ("source.principal", PRINCIPALS),
    ("source.serviceAccount", ACCOUNTS),
    ("source.trustDomain", DOMAINS),
    ("source.ip", ADDRESSES),
    ("remote.ip", ADDRESSES),
    ("destination.ip", ADDRESSES),
    ("destination.port", PORTS),
    ("connection.sni", &["a.test", "*.test"]),
    ("request.auth.principal", TOKENS),
    ("request.auth.claims[group]", &["admin"]),
    ("request.auth.claims", &["admin"]),
    ("request.auth.audiences", &["a"]),
    ("experimental.envoy.filters.a.b[c]", &["d", "[e]"]),
    ("experimental.envoy.filters.a.b", &["d"]),
    ("source.labels[app]", &["a"]),
];

fn fields(choices: Choices) -> BoxedStrategy<Value> {
    let field = select(choices).prop_flat_map(|(name, values)| (Just(name), vec(select(values), 1..3)));
    let object = |fields: Vec<(&str, Vec<&str>)>| {
        Value::Object(fields.into_iter().map(|(name, values)| (name.to_owned(), json!(values))).collect())
    };
    vec(field, 0..3).prop_map(object).boxed()
}

fn condition() -> BoxedStrategy<Value> {
    let list = one_of(&[(3, &["values"][..]), (2, &["notValues"]), (1, &["values", "notValues"])]);
    (select(CONDITIONS), list)
        .prop_flat_map(|((key, values), lists)| {
            let values = vec(select(values), 1..3);
            (Just(key), Just(lists), values)
        })
        .prop_map(|(key, lists, values)| {
            let mut condition = json!({"key": key});
            for list in lists {
                condition[*list] = json!(values);
            }
            condition
        })
        .boxed()
}
