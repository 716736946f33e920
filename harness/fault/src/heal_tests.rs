//! Healing, over an API server that is a map of objects.

use crate::definition::Fault;
use crate::inject;
use crate::snapshot;
use cluster::kinds::Kinds;
use cluster::replace::ObjectId;
use cluster::state::State;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use inputs::Inputs;
use jiff::Timestamp;
use kube::client::Body;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use undo::access::{ClusterAccess, Resources, known};
use undo::heal::{heal, put_back};
use undo::undo_record::{Dependent, ObjectSnapshot, UndoEntry, UndoRecord};

/// The objects by name, and the writes so far.
#[derive(Default)]
struct Room {
    lamps: BTreeMap<String, Value>,
    writes: Vec<String>,
    /// How many writes there may be: what comes after them is never sent, as when the process is killed.
    last_write: Option<usize>,
    /// The lamp without which no other is written, as an admission webhook is.
    keeper: Option<&'static str>,
    version: u64,
}

impl Room {
    fn put(&mut self, name: &str, mut lamp: Value, is_new: bool) -> Value {
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

fn access(room: &Arc<Mutex<Room>>, dir: &tempfile::TempDir) -> ClusterAccess {
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

fn lamp(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "fakes.test/v1", "kind": "Lamp", "metadata": {"name": name, "namespace": "room"},
           "spec": spec, "status": {"lit": true}})
}

fn owned(mut lamp: Value, owner: &Value) -> Value {
    lamp["metadata"]["ownerReferences"] = json!([{"apiVersion": "fakes.test/v1", "kind": "Lamp", "name": "owner", "uid": owner["metadata"]["uid"]}]);
    lamp
}

fn before(name: &str, object: Option<Value>, with_status: bool) -> ObjectSnapshot {
    let address = ObjectId::of(&lamp(name, &Value::Null));
    ObjectSnapshot {
        address,
        object,
        with_status,
        replica_sets: Vec::new(),
        objects: Vec::new(),
        dependents: Vec::new(),
    }
}

fn record(entries: Vec<ObjectSnapshot>) -> UndoRecord {
    let entries = entries.into_iter().map(|before| UndoEntry::Object(Box::new(before))).collect();
    UndoRecord { run: "r".to_owned(), what: "w".to_owned(), at: Timestamp::UNIX_EPOCH, entries }
}

/// The room without what tells one state from the same state a moment later. What is said of lamp `b`, which the fault
/// deletes, is for its controller to say.
fn seen(room: &Mutex<Room>) -> BTreeMap<String, Value> {
    let mut lamps = room.lock().unwrap().lamps.clone();
    if let Some(lamp) = lamps.get_mut("b") {
        lamp.as_object_mut().unwrap().remove("status");
    }
    for lamp in lamps.values_mut() {
        for field in ["uid", "resourceVersion"] {
            lamp["metadata"].as_object_mut().unwrap().remove(field);
        }
    }
    lamps
}

#[tokio::test]
async fn everything_is_as_it_was_and_stays_so() {
    let dir = tempfile::tempdir().unwrap();
    let room = Arc::new(Mutex::new(Room::default()));
    let [changed, deleted] = ["changed", "deleted"].map(|name| {
        let mut room = room.lock().unwrap();
        room.put(name, lamp(name, &json!({"watts": 40})), true)
    });
    let was = seen(&room);
    {
        let mut room = room.lock().unwrap();
        room.put("changed", json!({"apiVersion": "fakes.test/v1", "kind": "Lamp", "spec": {"watts": 9, "dim": true},
            "metadata": {"name": "changed", "namespace": "room", "labels": {"x": "y"}}, "status": {"lit": false}}), false);
        room.lamps.remove("deleted");
        room.put("created", lamp("created", &json!({})), true);
    }
    let record = record(vec![
        before("changed", Some(changed), true),
        before("deleted", Some(deleted), true),
        before("created", None, false),
    ]);
    let access = access(&room, &dir);

    heal(&access, &record).await.unwrap();
    assert_eq!(seen(&room), was);

    let writes = room.lock().unwrap().writes.len();
    heal(&access, &record).await.unwrap();
    assert_eq!(seen(&room), was);
    assert_eq!(room.lock().unwrap().writes.len(), writes, "nothing is written twice");
}

const STEPS: &str = "
finding: f
steps:
- merge: {object: {resource: lamps.fakes.test, namespace: room, name: a}, patch: {spec: {watts: 9}, status: {lit: false}}}
- delete: {object: {resource: lamps.fakes.test, namespace: room, name: b}}
- create: {resource: lamps.fakes.test, object: {apiVersion: fakes.test/v1, kind: Lamp, metadata: {namespace: room, name: b}, spec: {x: 1}}}
- create: {resource: lamps.fakes.test, object: {apiVersion: fakes.test/v1, kind: Lamp, metadata: {namespace: room, name: c}, status: {lit: 1}}}
- patch: {object: {resource: lamps.fakes.test, namespace: room, name: a}, patch: [{op: add, path: /spec/dim, value: 1}]}
";

/// Writes down what the steps snapshot, and takes them until a write of the given number would be sent.
async fn broken_up_to(access: &ClusterAccess, room: &Mutex<Room>, last: usize) -> UndoRecord {
    let resources = Resources::of([("lamps.fakes.test".to_owned(), known("fakes.test/v1", "Lamp", "lamps"))]);
    let steps = Fault::parse(STEPS).unwrap().steps;
    let entries = snapshot::capture_all(access, &resources, &steps).await.unwrap();
    room.lock().unwrap().last_write = Some(last);
    let _ = inject::inject(access, &resources, &steps).await;
    room.lock().unwrap().last_write = None;
    UndoRecord { run: "r".to_owned(), what: "w".to_owned(), at: Timestamp::UNIX_EPOCH, entries }
}

fn lit_room() -> Arc<Mutex<Room>> {
    let room = Arc::new(Mutex::new(Room::default()));
    for name in ["a", "b"] {
        room.lock().unwrap().put(name, lamp(name, &json!({"watts": 40})), true);
    }
    room
}

/// As many writes as the steps are, and more than healing takes.
const WRITES: usize = 8;

#[tokio::test]
async fn fault_is_healed_wherever_it_was_killed() {
    for last in 0..=WRITES {
        let dir = tempfile::tempdir().unwrap();
        let room = lit_room();
        let (was, access) = (seen(&room), access(&room, &dir));
        let record = broken_up_to(&access, &room, last).await;
        assert_eq!(seen(&room) == was, last == 0, "killed before write {last}");
        heal(&access, &record).await.unwrap();
        assert_eq!(seen(&room), was, "killed before write {last}");
    }
}

#[tokio::test]
async fn heal_is_finished_wherever_it_was_killed() {
    for last in 0..=WRITES {
        let dir = tempfile::tempdir().unwrap();
        let room = lit_room();
        let (was, access) = (seen(&room), access(&room, &dir));
        let record = broken_up_to(&access, &room, usize::MAX).await;
        let written = room.lock().unwrap().writes.len();
        room.lock().unwrap().last_write = Some(written + last);
        let _ = put_back(&access, &record).await;
        room.lock().unwrap().last_write = None;
        heal(&access, &record).await.unwrap();
        assert_eq!(seen(&room), was, "killed before write {last} of the heal");
    }
}

#[tokio::test]
async fn what_needs_another_is_put_back_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let room = lit_room();
    let [keeper, other] = ["a", "b"].map(|name| room.lock().unwrap().lamps[name].clone());
    let was = seen(&room);
    for name in ["a", "b"] {
        room.lock().unwrap().put(name, lamp(name, &json!({"watts": 9})), false);
    }
    room.lock().unwrap().keeper = Some("a");
    let record = record(vec![before("a", Some(keeper), false), before("b", Some(other), false)]);

    heal(&access(&room, &dir), &record).await.unwrap();

    assert_eq!(seen(&room), was);
}

#[tokio::test]
async fn status_that_no_fault_wrote_is_left_to_its_controller() {
    let dir = tempfile::tempdir().unwrap();
    let room = Arc::new(Mutex::new(Room::default()));
    let was = room.lock().unwrap().put("a", lamp("a", &json!({"watts": 40})), true);
    let mut broken = lamp("a", &json!({"watts": 9}));
    broken["status"] = json!({"lit": "by another"});
    room.lock().unwrap().put("a", broken, false);

    heal(&access(&room, &dir), &record(vec![before("a", Some(was), false)])).await.unwrap();

    let lamps = seen(&room);
    assert_eq!(
        (&lamps["a"]["spec"], &lamps["a"]["status"]),
        (&json!({"watts": 40}), &json!({"lit": "by another"}))
    );
}

#[tokio::test]
async fn orphans_get_their_owner_back_by_its_new_uid() {
    let dir = tempfile::tempdir().unwrap();
    let room = Arc::new(Mutex::new(Room::default()));
    let owner = room.lock().unwrap().put("owner", lamp("owner", &json!({})), true);
    let mut child = owned(lamp("child", &json!({})), &owner);
    let references = child["metadata"]["ownerReferences"].take();
    child["metadata"].as_object_mut().unwrap().remove("ownerReferences");
    room.lock().unwrap().lamps.remove("owner");
    room.lock().unwrap().put("child", child.clone(), true);
    let mut entry = before("owner", Some(owner.clone()), true);
    entry.dependents = vec![Dependent { address: ObjectId::of(&child), owner_references: references }];

    heal(&access(&room, &dir), &record(vec![entry])).await.unwrap();

    let lamps = room.lock().unwrap().lamps.clone();
    let uid = &lamps["owner"]["metadata"]["uid"];
    assert_ne!(*uid, owner["metadata"]["uid"]);
    assert_eq!(lamps["child"]["metadata"]["ownerReferences"][0]["uid"], *uid);
}

#[test]
fn record_is_read_as_it_was_written() {
    let record = record(vec![before("a", Some(lamp("a", &json!({}))), true), before("b", None, false)]);
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<UndoRecord>(&text).unwrap(), record);
}
