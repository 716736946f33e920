//! What runs made on the fake API server, and each change of it, as watches tell them.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use tokio::sync::watch;

/// A change of an object.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) version: u64,
    /// The path of the object.
    pub(crate) path: String,
    /// As watches tell it: `{type, object}`.
    pub(crate) event: Value,
}

/// See the module text.
#[derive(Debug)]
pub(crate) struct MadeObjects {
    objects: Mutex<BTreeMap<String, Value>>,
    changes: watch::Sender<Vec<Change>>,
}

/// The version of a cluster in which nothing has changed yet.
pub(crate) const FIRST_VERSION: u64 = 1;

impl Default for MadeObjects {
    fn default() -> Self {
        Self { objects: Mutex::default(), changes: watch::Sender::new(Vec::new()) }
    }
}

impl MadeObjects {
    /// All of them, by their paths.
    pub(crate) fn all(&self) -> BTreeMap<String, Value> {
        self.objects.lock().unwrap().clone()
    }

    /// The one at a path.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        self.objects.lock().unwrap().get(path).cloned()
    }

    /// The version of the last change.
    pub(crate) fn version(&self) -> u64 {
        FIRST_VERSION + self.changes.borrow().len() as u64
    }

    /// All changes, and those to come.
    pub(crate) fn changes(&self) -> watch::Receiver<Vec<Change>> {
        self.changes.subscribe()
    }

    /// Puts an object at a path, and returns it as it is then.
    pub(crate) fn put(&self, path: &str, mut object: Value) -> Value {
        let mut objects = self.objects.lock().unwrap();
        let before = objects.get(path);
        let is_new = before.is_none();
        let uid = before.map_or_else(
            || json!(format!("{path} {}", self.version())),
            |before| before["metadata"]["uid"].clone(),
        );
        object["metadata"]["uid"] = uid;
        let object = self.tell(path, if is_new { "ADDED" } else { "MODIFIED" }, object);
        objects.insert(path.to_owned(), object.clone());
        object
    }

    /// Removes an object, and all that is in it where it is a namespace. `None`: there is none of this UID.
    pub(crate) fn remove(&self, path: &str, uid: Option<&str>) -> Option<Value> {
        let mut objects = self.objects.lock().unwrap();
        let found = objects.get(path)?;
        if uid.is_some_and(|uid| found["metadata"]["uid"] != uid) {
            return None;
        }
        let removed = found.clone();
        let inside = path.strip_prefix("/api/v1").filter(|path| path.starts_with("/namespaces/"));
        let is_gone =
            |other: &str| other == path || inside.is_some_and(|inside| other.contains(&format!("{inside}/")));
        let gone: Vec<_> = objects.keys().filter(|other| is_gone(other)).cloned().collect();
        for path in gone {
            if let Some(object) = objects.remove(&path) {
                self.tell(&path, "DELETED", object);
            }
        }
        Some(removed)
    }

    fn tell(&self, path: &str, kind: &str, mut object: Value) -> Value {
        let version = self.version() + 1;
        object["metadata"]["resourceVersion"] = json!(version.to_string());
        let event = json!({"type": kind, "object": object});
        self.changes.send_modify(|changes| changes.push(Change { version, path: path.to_owned(), event }));
        object
    }
}
