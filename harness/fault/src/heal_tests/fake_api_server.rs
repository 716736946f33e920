//! A fake API server: a map of objects, with the rules of writes that matter to a heal.

use cluster::kinds::Kinds;
use cluster::state::State;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use inputs::Inputs;
use kube::client::Body;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use undo::ClusterAccess;

/// The objects of one resource, `lamps`, in one namespace, `room`.
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) lamps: BTreeMap<String, Value>,
    /// The writes so far.
    pub(crate) writes: Vec<String>,
    /// The number of writes after which all further ones are refused, as if the process had been killed.
    pub(crate) last_write: Option<usize>,
    /// The lamp without which no other can be written, like the workload of an admission webhook.
    pub(crate) keeper: Option<&'static str>,
    /// The answer to whoever writes a lamp that is dim, with its code: a webhook or the API server refuses it at admission.
    pub(crate) refuses_dim: Option<(u16, &'static str)>,
    version: u64,
}

impl Room {
    pub(crate) fn put(&mut self, name: &str, mut lamp: Value, is_new: bool) -> Value {
        self.version += 1;
        if is_new {
            lamp["metadata"]["uid"] = json!(format!("uid-{}", self.version));
        }
        lamp["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.lamps.insert(name.to_owned(), lamp.clone());
        lamp
    }

    fn answer(&mut self, method: &Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let refusal =
            |code: u16| (code, json!({"kind": "Status", "status": "Failure", "message": "no", "code": code}));
        if path == "/apis/fakes.test/v1" {
            let lamps =
                json!({"name": "lamps", "namespaced": true, "kind": "Lamp", "singularName": "", "verbs": []});
            return (
                200,
                json!({"kind": "APIResourceList", "groupVersion": "fakes.test/v1", "resources": [lamps]}),
            );
        }
        let path = path.strip_prefix("/apis/fakes.test/v1/namespaces/room/lamps").unwrap_or_default();
        let mut parts = path.split('/').skip(1);
        let (name, part) = (parts.next().unwrap_or_default(), parts.next());
        if *method != Method::GET {
            if self.last_write.is_some_and(|last| self.writes.len() >= last) {
                return refusal(403);
            }
            let keeps = |keeper| name != keeper && self.lamps[keeper]["spec"]["watts"] != 40;
            if self.keeper.is_some_and(keeps) {
                return refusal(403);
            }
            let is_dim = body.as_ref().is_some_and(|lamp| lamp["spec"]["dim"] == 1);
            if let Some((code, message)) = self.refuses_dim.filter(|_| is_dim) {
                let status = json!({"kind": "Status", "status": "Failure", "message": message, "code": code});
                return (code, status);
            }
            self.writes.push(format!("{method} {path}"));
        }
        match (method.as_str(), self.lamps.get(name).cloned(), body) {
            ("GET", _, _) if name.is_empty() => {
                let items: Vec<_> = self.lamps.values().cloned().collect();
                (200, json!({"kind": "LampList", "metadata": {"resourceVersion": "1"}, "items": items}))
            }
            ("GET", Some(lamp), _) => (200, lamp),
            ("POST", _, Some(mut lamp)) => {
                let name = lamp["metadata"]["name"].as_str().unwrap().to_owned();
                assert!(lamp["metadata"].get("resourceVersion").is_none(), "a new object has none");
                lamp.as_object_mut().map(|lamp| lamp.remove("status"));
                (201, self.put(&name, lamp, true))
            }
            ("PUT", Some(live), Some(mut lamp)) => {
                if lamp["metadata"]["resourceVersion"] != live["metadata"]["resourceVersion"] {
                    return refusal(409);
                }
                let kept = if part == Some("status") { ("spec", "metadata") } else { ("status", "status") };
                for field in [kept.0, kept.1] {
                    lamp[field] = live[field].clone();
                }
                if lamp == live { (200, live) } else { (200, self.put(name, lamp, false)) }
            }
            ("DELETE", Some(lamp), _) => {
                self.lamps.remove(name);
                (200, lamp)
            }
            _ => refusal(404),
        }
    }
}

/// Access to the fake API server.
pub(crate) fn access(room: &Arc<Mutex<Room>>, dir: &tempfile::TempDir) -> ClusterAccess {
    let room = Arc::clone(room);
    let service = tower::service_fn(move |request: Request<Body>| {
        let room = Arc::clone(&room);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let body = serde_json::from_slice(&body).ok();
            let (code, answer) = room.lock().unwrap().answer(&parts.method, parts.uri.path(), body);
            let answer = serde_json::to_vec(&answer).unwrap();
            Ok::<_, std::convert::Infallible>(
                Response::builder().status(code).body(Body::from(answer)).unwrap(),
            )
        }
    });
    let kinds = Kinds::new(kube::Client::new(service, "room"));
    ClusterAccess { kinds, inputs: Inputs::default(), state: State::in_folder(dir.path(), "c") }
}
