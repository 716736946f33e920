//! An API server with the objects of a recording. The views of the recording are read as objects, too.

use record::Recording;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many objects are on a page at most, so that there are many.
const PAGE: usize = 7;

/// What an API server answers: a status, and a document.
pub(crate) type Answer = (u16, Value);

/// See the module text.
#[derive(Debug)]
pub(crate) struct ApiServer {
    recording: Recording,
}

impl ApiServer {
    /// With the objects of a recording of the program, by its name.
    pub(crate) fn of(name: &str) -> Self {
        let recordings = suites::suites().recordings;
        let (_, json) = recordings.iter().find(|(known, _)| *known == name).unwrap();
        Self { recording: Recording::parse(json.as_bytes()).unwrap() }
    }

    /// Answers a request.
    pub(crate) fn answer(&self, path: &str, query: &str) -> Answer {
        match path {
            "/version" => (200, version()),
            "/api" | "/apis" => (200, self.discovery(path == "/api")),
            _ => match resource_of(path).filter(|resource| self.recording.served().has_named(resource)) {
                Some(resource) => (200, self.list(&resource, path, query)),
                None => refusal(404, "there is no such path"),
            },
        }
    }

    fn discovery(&self, is_core: bool) -> Value {
        let mut groups = BTreeMap::<(&str, &str), Vec<Value>>::new();
        for name in self.recording.served().names() {
            let (plural, group) = name.split_once('.').unwrap_or((name, ""));
            if group.is_empty() != is_core {
                continue;
            }
            for version in self.recording.served().versions(name) {
                let resource = json!({"resource": plural, "scope": "Namespaced", "verbs": ["list", "watch"],
                    "responseKind": {"group": group, "version": version, "kind": plural}});
                groups.entry((group, version)).or_default().push(resource);
            }
        }
        let mut items = BTreeMap::<&str, Vec<Value>>::new();
        for ((group, version), resources) in groups {
            items.entry(group).or_default().push(json!({"version": version, "resources": resources}));
        }
        let items: Vec<_> = items
            .into_iter()
            .map(|(group, versions)| json!({"metadata": {"name": group}, "versions": versions}))
            .collect();
        json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": items})
    }

    fn list(&self, resource: &str, path: &str, query: &str) -> Value {
        let parameter = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
        };
        let name =
            parameter("fieldSelector").and_then(|fields| fields.split_once("%3D")).map(|(_, name)| name);
        let namespace =
            path.split("/namespaces/").nth(1).and_then(|rest| rest.split_once('/')).map(|(name, _)| name);
        let is_asked_for = |object: &Value| {
            name.is_none_or(|name| object["metadata"]["name"] == name)
                && namespace.is_none_or(|namespace| object["metadata"]["namespace"] == namespace)
        };
        let all: Vec<_> = self.recording.objects_of(resource).into_iter().filter(is_asked_for).collect();
        let begin = parameter("continue").map_or(0, |token| token.parse().unwrap());
        let page: Vec<_> = all.iter().skip(begin).take(PAGE).collect();
        let end = begin + page.len();
        let more = if end < all.len() { end.to_string() } else { String::new() };
        json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1", "continue": more}, "items": page})
    }
}

/// A refusal with these words.
pub(crate) fn refusal(code: u16, message: &str) -> Answer {
    (
        code,
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": "Chaos", "message": message}),
    )
}

/// The full name of the resource that a path lists.
fn resource_of(path: &str) -> Option<String> {
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["api", _, plural] | ["api", _, "namespaces", _, plural] => Some((*plural).to_owned()),
        ["apis", group, _, plural] | ["apis", group, _, "namespaces", _, plural] => {
            Some(vocabulary::full_name(plural, group))
        }
        _ => None,
    }
}

fn version() -> Value {
    json!({"major": "1", "minor": "34", "gitVersion": "v1.34.0", "gitCommit": "", "gitTreeState": "", "buildDate": "",
           "goVersion": "", "compiler": "", "platform": ""})
}
