//! An API server with the objects of a recording, and with those that a run makes. The views of the recording are read as
//! objects, too. What a run had made when it was recorded is there from when it is made again, as it was recorded.

use super::chance::pause;
use super::made_objects::MadeObjects;
use super::resource_path::{ResourcePath, parameter};
use cluster::labels::RUN;
use futures::stream::{self, Stream, StreamExt};
use record::{RecordedAnswer, Recording};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::Question;

/// How many objects are on a page at most, so that there are many.
const PAGE: usize = 7;
/// How long a pod takes to be ready: so long that it is a watch that tells it.
const READY_AFTER: Duration = Duration::from_millis(20);

/// What an API server answers: a status, and a document.
pub(crate) type Answer = (u16, Value);

/// See the module text.
#[derive(Debug)]
pub(crate) struct ApiServer {
    pub(crate) recording: Arc<Recording>,
    pub(crate) made: MadeObjects,
}

/// A recording of the program, by its name.
pub(crate) fn recording(name: &str) -> Arc<Recording> {
    let recordings = suites::suites().recordings;
    let (_, json) = recordings.iter().find(|(known, _)| *known == name).unwrap();
    Arc::new(Recording::parse(json.as_bytes()).unwrap())
}

impl ApiServer {
    /// With the objects of a recording.
    pub(crate) fn of(recording: Arc<Recording>) -> Self {
        Self { recording, made: MadeObjects::default() }
    }

    /// Answers a request that reads.
    pub(crate) fn answer(&self, path: &str, query: &str) -> Answer {
        match path {
            "/version" => return (200, version()),
            "/api" | "/apis" => return (200, self.discovery(path == "/api")),
            _ => {}
        }
        let Some(asked) = ResourcePath::parse(path).filter(|asked| self.serves(&asked.resource)) else {
            return Self::kinds_of_version(path).unwrap_or_else(|| refusal(404, "there is no such path"));
        };
        match asked.name {
            None => (200, self.list(&asked, query)),
            Some(_) => {
                self.made.get(path).map_or_else(|| refusal(404, "there is no such object"), |one| (200, one))
            }
        }
    }

    /// Answers a request that writes: a server-side apply, or a deletion.
    pub(crate) fn write(self: &Arc<Self>, method: &http::Method, path: &str, body: &[u8]) -> Answer {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        match *method {
            http::Method::PATCH => (200, self.apply(path, &body)),
            http::Method::DELETE => {
                let gone = self.made.remove(path, body["preconditions"]["uid"].as_str());
                gone.map_or_else(|| refusal(404, "there is no such object"), |object| (200, object))
            }
            _ => refusal(405, "nothing here writes so"),
        }
    }

    /// What a watch is told, without an end.
    pub(crate) fn watch(&self, path: &str, query: &str) -> impl Stream<Item = Value> + Send + 'static {
        let since = parameter(query, "resourceVersion").and_then(|version| version.parse().ok()).unwrap_or(0);
        let (asked, query) = (ResourcePath::parse(path), query.to_owned());
        let told = stream::unfold((self.made.changes(), since), |(mut changes, since)| async move {
            let new: Vec<_> = {
                let all =
                    changes.wait_for(|all| all.last().is_some_and(|last| last.version > since)).await.ok()?;
                all.iter().filter(|change| change.version > since).cloned().collect()
            };
            let last = new.last().map_or(since, |change| change.version);
            Some((stream::iter(new), (changes, last)))
        });
        told.flatten().filter_map(move |change| {
            let is_asked_for = asked.as_ref().is_some_and(|asked| {
                ResourcePath::parse(&change.path).is_some_and(|one| one.resource == asked.resource)
                    && asked.is_about(&change.event["object"], &query)
            });
            std::future::ready(is_asked_for.then_some(change.event))
        })
    }

    /// The lines that were recorded of a container, `namespace/pod/container`.
    pub(crate) fn log(&self, container: &str) -> String {
        let answers = self.recording.checks.values().flat_map(|observed| &observed.answers);
        let lines = answers.filter_map(|one| match (&one.question, &one.answer) {
            (Question::Line { container: of, .. }, RecordedAnswer::Line(Some(line))) if of == container => {
                Some(format!("{line}\n"))
            }
            _ => None,
        });
        lines.collect()
    }

    fn apply(self: &Arc<Self>, path: &str, applied: &Value) -> Value {
        let asked = ResourcePath::parse(path).unwrap();
        let recorded = self
            .recorded(&asked.resource)
            .find(|object| is_made_by_a_run(object) && asked.is_about(object, ""));
        let mut object = recorded.unwrap_or_else(|| applied.clone());
        for field in ["apiVersion", "kind"] {
            object[field] = applied[field].clone();
        }
        for (label, value) in applied["metadata"]["labels"].as_object().into_iter().flatten() {
            object["metadata"]["labels"][label] = value.clone();
        }
        if let Some(there) = self.made.get(path) {
            // The same once more changes nothing, and a status least of all.
            object["status"] = there["status"].clone();
        }
        if asked.resource != "pods" || self.made.get(path).is_some() {
            return self.made.put(path, object);
        }
        object["status"]["observedGeneration"] = object["metadata"]["generation"].clone();
        let ready = |is_ready: &str| json!([{"type": "Ready", "status": is_ready}]);
        object["status"]["conditions"] = ready("False");
        let made = self.made.put(path, object.clone());
        object["status"]["conditions"] = ready("True");
        let (server, path) = (Arc::clone(self), path.to_owned());
        tokio::spawn(async move {
            pause(READY_AFTER).await;
            if server.made.get(&path).is_some() {
                server.made.put(&path, object);
            }
        });
        made
    }

    /// The recorded objects of a resource, each once: a pod as it was when it ran.
    fn recorded(&self, resource: &str) -> impl Iterator<Item = Value> {
        let mut objects = BTreeMap::new();
        for object in self.recording.objects_of(resource) {
            let meta = &object["metadata"];
            let name = format!("{}/{}", meta["namespace"], meta["name"]);
            if object["status"]["phase"] == "Running" || !objects.contains_key(&name) {
                objects.insert(name, object);
            }
        }
        objects.into_values()
    }

    fn serves(&self, resource: &str) -> bool {
        self.recording.served().has_named(resource)
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

    /// The kinds of one version of a group, by which what is made is found: those of the places alone.
    fn kinds_of_version(path: &str) -> Option<Answer> {
        let group_version = path.strip_prefix("/apis/").or(path.strip_prefix("/api/"))?;
        let kinds: BTreeMap<_, _> = fixtures::objects_of_places()
            .unwrap()
            .into_iter()
            .filter(|object| object["apiVersion"] == group_version)
            .map(|object| {
                (object["kind"].as_str().unwrap().to_owned(), object["metadata"]["namespace"].is_string())
            })
            .collect();
        let resources = kinds.into_iter().map(|(kind, is_namespaced)| {
            json!({"name": format!("{}s", kind.to_lowercase()), "namespaced": is_namespaced, "kind": kind,
                   "singularName": "", "verbs": []})
        });
        let resources: Vec<_> = resources.collect();
        let list = json!({"kind": "APIResourceList", "groupVersion": group_version, "resources": resources});
        (!resources.is_empty()).then_some((200, list))
    }

    fn list(&self, asked: &ResourcePath, query: &str) -> Value {
        // What changes meanwhile is told again, rather than never.
        let version = self.made.version().to_string();
        let made =
            self.made.all().into_iter().filter(|(path, _)| {
                ResourcePath::parse(path).is_some_and(|one| one.resource == asked.resource)
            });
        let recorded = self.recorded(&asked.resource).filter(|object| !is_made_by_a_run(object));
        let all = recorded.chain(made.map(|(_, object)| object));
        let all: Vec<_> = all.filter(|object| asked.is_about(object, query)).collect();
        let begin = parameter(query, "continue").map_or(0, |token| token.parse().unwrap());
        let page: Vec<_> = all.iter().skip(begin).take(PAGE).collect();
        let end = begin + page.len();
        let more = if end < all.len() { end.to_string() } else { String::new() };
        json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": version, "continue": more}, "items": page})
    }
}

/// Whether a run had made a recorded object.
fn is_made_by_a_run(object: &Value) -> bool {
    object["metadata"]["labels"].get(RUN).is_some()
}

/// A refusal with these words.
pub(crate) fn refusal(code: u16, message: &str) -> Answer {
    let reason = match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        410 => "Expired",
        _ => "Chaos",
    };
    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason,
        "message": message});
    (code, status)
}

fn version() -> Value {
    json!({"major": "1", "minor": "34", "gitVersion": "v1.34.0", "gitCommit": "", "gitTreeState": "", "buildDate": "",
           "goVersion": "", "compiler": "", "platform": ""})
}
