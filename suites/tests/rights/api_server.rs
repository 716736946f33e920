//! An API server of a test world that enforces a role, and notes what is listed.

use super::role::{AskedRight, Role};
use super::worlds::TestWorld;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Bytes;
use kube::client::Body;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

/// What was listed, as the table of reads writes it.
pub(crate) type ListedReads = Arc<Mutex<BTreeSet<String>>>;

/// A client of such an API server.
pub(crate) fn client(world: Arc<TestWorld>, role: Role) -> (kube::Client, ListedReads) {
    let listed = ListedReads::default();
    let notes = Arc::clone(&listed);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (code, document) = answer(&world, &role, &request, &notes);
        let body = Full::new(Bytes::from(document.to_string()));
        let response = Response::builder().status(code).body(body).unwrap();
        async move { Ok::<_, Infallible>(response) }
    });
    (kube::Client::new(service, "default"), listed)
}

fn answer(world: &TestWorld, role: &Role, request: &Request<Body>, listed: &ListedReads) -> (u16, Value) {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    if path == "/version" {
        let empty = ["gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform"];
        let mut version = json!({"major": "1", "minor": "34", "gitVersion": "v1.34.0"});
        for field in empty {
            version[field] = json!("");
        }
        return (200, version);
    }
    if path == "/api" || path == "/apis" {
        return (200, discovery(world, path == "/api"));
    }
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return refusal(404),
    };
    let selected = query.split('&').find_map(|pair| pair.strip_prefix("fieldSelector=metadata.name%3D"));
    let (verb, namespace, resource, name) = match rest {
        ["namespaces", namespace] => ("get", Some(*namespace), "namespaces", Some(*namespace)),
        ["namespaces", namespace, resource] => ("list", Some(*namespace), *resource, selected),
        [resource] => ("list", None, *resource, selected),
        _ => return refusal(404),
    };
    if !role.allows(&AskedRight { verb, group, resource, namespace, name }) {
        return refusal(403);
    }
    let full_name = vocabulary::full_name(resource, group);
    let read = name.map_or_else(|| full_name.clone(), |name| format!("{full_name}/{name}"));
    listed.lock().unwrap().insert(read);
    let is_asked_for = |object: &&Value| {
        let meta = &object["metadata"];
        name.is_none_or(|name| meta["name"] == name)
            && namespace.filter(|_| verb == "list").is_none_or(|namespace| meta["namespace"] == namespace)
    };
    let objects = world.objects.get(&full_name).into_iter().flatten().filter(is_asked_for);
    let mut items: Vec<_> = objects.cloned().collect();
    if verb == "get" {
        return items.pop().map_or_else(|| refusal(404), |object| (200, object));
    }
    (200, json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items}))
}

fn discovery(world: &TestWorld, is_core: bool) -> Value {
    let mut groups = BTreeMap::<&str, BTreeMap<&str, Vec<Value>>>::new();
    for (name, version) in &world.versions {
        let (plural, group) = name.split_once('.').unwrap_or((name, ""));
        if group.is_empty() == is_core {
            let resource = json!({"resource": plural, "scope": "Namespaced", "verbs": ["list"],
                "responseKind": {"group": group, "version": version, "kind": plural}});
            groups.entry(group).or_default().entry(version).or_default().push(resource);
        }
    }
    let versions = |versions: BTreeMap<&str, Vec<Value>>| {
        let one = |(version, resources)| json!({"version": version, "resources": resources});
        versions.into_iter().map(one).collect::<Vec<_>>()
    };
    let items = groups.into_iter();
    let items = items.map(|(name, of)| json!({"metadata": {"name": name}, "versions": versions(of)}));
    json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {},
           "items": items.collect::<Vec<_>>()})
}

fn refusal(code: u16) -> (u16, Value) {
    let reason = if code == 403 { "Forbidden" } else { "NotFound" };
    (
        code,
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": "no"}),
    )
}
