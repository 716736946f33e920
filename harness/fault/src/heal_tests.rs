//! Faults are healed, wherever fault or heal is killed, over a fake API server.

mod fake_api_server;

use crate::definition::Fault;
use crate::heal_tests::fake_api_server::{Room, access};
use crate::refusal::fate_at_admission;
use crate::{inject, snapshot};
use cluster::replace::ObjectId;
use jiff::Timestamp;
use report::fault_report::Fate;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use undo::heal::{heal, put_back};
use undo::served_resources::{ServedResources, builtin_resource};
use undo::{ClusterAccess, Dependent, ObjectSnapshot, UndoEntry, UndoRecord};

fn lamp(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "fakes.test/v1", "kind": "Lamp", "metadata": {"name": name, "namespace": "room"},
           "spec": spec, "status": {"lit": true}})
}

fn owned(mut lamp: Value, owner: &Value) -> Value {
    lamp["metadata"]["ownerReferences"] = json!([{"apiVersion": "fakes.test/v1", "kind": "Lamp", "name": "owner", "uid": owner["metadata"]["uid"]}]);
    lamp
}

fn snapshot_of(name: &str, object: Option<Value>, with_status: bool) -> ObjectSnapshot {
    let id = ObjectId::of(&lamp(name, &Value::Null));
    ObjectSnapshot {
        id,
        object,
        with_status,
        replica_sets: Vec::new(),
        objects: Vec::new(),
        dependents: Vec::new(),
    }
}

fn record(snapshots: Vec<ObjectSnapshot>) -> UndoRecord {
    let entries = snapshots.into_iter().map(|snapshot| UndoEntry::Object(Box::new(snapshot))).collect();
    UndoRecord { run: "r".to_owned(), what: "w".to_owned(), at: Timestamp::UNIX_EPOCH, entries }
}

/// The lamps without UID and resource version, which a heal cannot put back, and without the status of lamp `b`: the fault
/// deletes it, and its controller would write its status again.
fn state_of(room: &Mutex<Room>) -> BTreeMap<String, Value> {
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
async fn everything_is_put_back_and_nothing_written_twice() {
    let dir = tempfile::tempdir().unwrap();
    let room = Arc::new(Mutex::new(Room::default()));
    let [changed, deleted] = ["changed", "deleted"].map(|name| {
        let mut room = room.lock().unwrap();
        room.put(name, lamp(name, &json!({"watts": 40})), true)
    });
    let healthy = state_of(&room);
    {
        let mut room = room.lock().unwrap();
        room.put("changed", json!({"apiVersion": "fakes.test/v1", "kind": "Lamp", "spec": {"watts": 9, "dim": true},
            "metadata": {"name": "changed", "namespace": "room", "labels": {"x": "y"}}, "status": {"lit": false}}), false);
        room.lamps.remove("deleted");
        room.put("created", lamp("created", &json!({})), true);
    }
    let record = record(vec![
        snapshot_of("changed", Some(changed), true),
        snapshot_of("deleted", Some(deleted), true),
        snapshot_of("created", None, false),
    ]);
    let access = access(&room, &dir);

    heal(&access, &record).await.unwrap();
    assert_eq!(state_of(&room), healthy);

    let writes = room.lock().unwrap().writes.len();
    heal(&access, &record).await.unwrap();
    assert_eq!(state_of(&room), healthy);
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

fn lamps() -> ServedResources {
    ServedResources::of([("lamps.fakes.test".to_owned(), builtin_resource("fakes.test/v1", "Lamp", "lamps"))])
}

/// Captures what the steps change, and injects them until the write after the last one.
async fn inject_up_to(access: &ClusterAccess, room: &Mutex<Room>, last: usize) -> UndoRecord {
    let resources = lamps();
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

/// More writes than the injection or the heal takes.
const WRITES: usize = 8;

#[tokio::test]
async fn fault_is_healed_wherever_it_was_killed() {
    for last in 0..=WRITES {
        let dir = tempfile::tempdir().unwrap();
        let room = lit_room();
        let (healthy, access) = (state_of(&room), access(&room, &dir));
        let record = inject_up_to(&access, &room, last).await;
        assert_eq!(state_of(&room) == healthy, last == 0, "killed before write {last}");
        heal(&access, &record).await.unwrap();
        assert_eq!(state_of(&room), healthy, "killed before write {last}");
    }
}

#[tokio::test]
async fn heal_is_finished_wherever_it_was_killed() {
    for last in 0..=WRITES {
        let dir = tempfile::tempdir().unwrap();
        let room = lit_room();
        let (healthy, access) = (state_of(&room), access(&room, &dir));
        let record = inject_up_to(&access, &room, usize::MAX).await;
        let written = room.lock().unwrap().writes.len();
        room.lock().unwrap().last_write = Some(written + last);
        let _ = put_back(&access, &record).await;
        room.lock().unwrap().last_write = None;
        heal(&access, &record).await.unwrap();
        assert_eq!(state_of(&room), healthy, "killed before write {last} of the heal");
    }
}

#[tokio::test]
async fn object_that_depends_on_another_is_put_back_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let room = lit_room();
    let [keeper, other] = ["a", "b"].map(|name| room.lock().unwrap().lamps[name].clone());
    let healthy = state_of(&room);
    for name in ["a", "b"] {
        room.lock().unwrap().put(name, lamp(name, &json!({"watts": 9})), false);
    }
    room.lock().unwrap().keeper = Some("a");
    let record = record(vec![snapshot_of("a", Some(keeper), false), snapshot_of("b", Some(other), false)]);

    heal(&access(&room, &dir), &record).await.unwrap();

    assert_eq!(state_of(&room), healthy);
}

#[tokio::test]
async fn status_that_no_fault_changed_is_left_to_its_controller() {
    let dir = tempfile::tempdir().unwrap();
    let room = Arc::new(Mutex::new(Room::default()));
    let original = room.lock().unwrap().put("a", lamp("a", &json!({"watts": 40})), true);
    let mut broken = lamp("a", &json!({"watts": 9}));
    broken["status"] = json!({"lit": "by another"});
    room.lock().unwrap().put("a", broken, false);

    heal(&access(&room, &dir), &record(vec![snapshot_of("a", Some(original), false)])).await.unwrap();

    let lamps = state_of(&room);
    assert_eq!(
        (&lamps["a"]["spec"], &lamps["a"]["status"]),
        (&json!({"watts": 40}), &json!({"lit": "by another"}))
    );
}

#[tokio::test]
async fn orphans_get_the_new_uid_of_their_owner() {
    let dir = tempfile::tempdir().unwrap();
    let room = Arc::new(Mutex::new(Room::default()));
    let owner = room.lock().unwrap().put("owner", lamp("owner", &json!({})), true);
    let mut child = owned(lamp("child", &json!({})), &owner);
    let references = child["metadata"]["ownerReferences"].take();
    child["metadata"].as_object_mut().unwrap().remove("ownerReferences");
    room.lock().unwrap().lamps.remove("owner");
    room.lock().unwrap().put("child", child.clone(), true);
    let mut entry = snapshot_of("owner", Some(owner.clone()), true);
    entry.dependents = vec![Dependent { id: ObjectId::of(&child), owner_references: references }];

    heal(&access(&room, &dir), &record(vec![entry])).await.unwrap();

    let lamps = room.lock().unwrap().lamps.clone();
    let uid = &lamps["owner"]["metadata"]["uid"];
    assert_ne!(*uid, owner["metadata"]["uid"]);
    assert_eq!(lamps["child"]["metadata"]["ownerReferences"][0]["uid"], *uid);
}

#[rstest]
#[case::by_a_webhook((400, r#"admission webhook "keeper.test" denied the request: too dim"#), Fate::Refused)]
#[case::by_the_api_server((422, "Lamp.fakes.test \"a\" is invalid: spec.dim: Invalid value: 1"), Fate::NotRefused)]
#[case::for_want_of_a_right((403, r#"lamps "a" is forbidden: User "jane" cannot update resource "lamps""#), Fate::Unviable)]
#[tokio::test]
async fn fault_is_healed_whose_last_step_is_refused(
    #[case] refusal: (u16, &'static str),
    #[case] expected: Fate,
) {
    let dir = tempfile::tempdir().unwrap();
    let room = lit_room();
    let (healthy, access) = (state_of(&room), access(&room, &dir));
    room.lock().unwrap().refuses_dim = Some(refusal);
    let resources = lamps();
    let steps = Fault::parse(STEPS).unwrap().steps;
    let entries = snapshot::capture_all(&access, &resources, &steps).await.unwrap();
    let injected = inject::inject(&access, &resources, &steps).await;
    let (fate, detail) = fate_at_admission(injected, Some("keeper.test")).unwrap();
    assert_eq!(fate, expected, "{detail}");
    assert!(
        detail.ends_with(&format!("could not replace Lamp room/a: {} ({})", refusal.1, refusal.0)),
        "{detail}"
    );

    assert_ne!(state_of(&room), healthy, "the steps before it were done");
    let record = UndoRecord { run: "r".to_owned(), what: "w".to_owned(), at: Timestamp::UNIX_EPOCH, entries };
    heal(&access, &record).await.unwrap();
    assert_eq!(state_of(&room), healthy);
}

#[test]
fn record_is_read_as_it_was_written() {
    let record =
        record(vec![snapshot_of("a", Some(lamp("a", &json!({}))), true), snapshot_of("b", None, false)]);
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<UndoRecord>(&text).unwrap(), record);
}
