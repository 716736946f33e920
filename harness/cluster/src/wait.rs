//! Waiting for objects: one watch, a judgement at each event, and a deadline that tells what was seen last.

use futures::StreamExt;
use kube::api::{Api, DynamicObject};
use kube::runtime::{WatchStreamExt, watcher};
use std::collections::BTreeMap;
use thiserror::Error;
use tokio::time::Instant;

/// The objects of a watch, by namespace and name.
pub type WatchedObjects = BTreeMap<(String, String), DynamicObject>;

/// What a look at the objects says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// What was waited for is there.
    Ready,
    /// It is not there yet; this is what was seen instead.
    Pending(String),
}

/// What was waited for did not come.
#[derive(Debug, Error)]
#[error("the time for it ended; last seen: {last_seen}")]
pub struct WaitError {
    /// What the last look saw.
    pub last_seen: String,
}

/// Watches until `judge` is met. `seen` is told each time that something else is seen.
pub async fn await_readiness(
    api: Api<DynamicObject>,
    config: watcher::Config,
    deadline: Instant,
    judge: impl Fn(&WatchedObjects) -> Readiness,
    seen: impl Fn(&str),
) -> Result<(), WaitError> {
    let mut last_seen = "no answer from the API server".to_owned();
    let tell = |text: String, last_seen: &mut String| {
        if *last_seen != text {
            seen(&text);
            *last_seen = text;
        }
    };
    let mut events = std::pin::pin!(watcher(api, config).default_backoff());
    let mut objects = WatchedObjects::new();
    let mut listed = false;
    while let Ok(Some(event)) = tokio::time::timeout_at(deadline, events.next()).await {
        match event {
            Ok(event) => listed = note(event, &mut objects) || listed,
            Err(error) => tell(vocabulary::chain(&error), &mut last_seen),
        }
        if listed {
            match judge(&objects) {
                Readiness::Ready => return Ok(()),
                Readiness::Pending(text) => tell(text, &mut last_seen),
            }
        }
    }
    Err(WaitError { last_seen })
}

/// Keeps an event. Whether the objects are complete after it.
fn note(event: watcher::Event<DynamicObject>, objects: &mut WatchedObjects) -> bool {
    match event {
        watcher::Event::Init => objects.clear(),
        watcher::Event::InitApply(object) => {
            objects.insert(key(&object), object);
        }
        watcher::Event::InitDone => return true,
        watcher::Event::Apply(object) => {
            objects.insert(key(&object), object);
            return true;
        }
        watcher::Event::Delete(object) => {
            objects.remove(&key(&object));
            return true;
        }
    }
    false
}

fn key(object: &DynamicObject) -> (String, String) {
    (object.metadata.namespace.clone().unwrap_or_default(), object.metadata.name.clone().unwrap_or_default())
}

/// Watches one object.
pub fn single_object(name: &str) -> watcher::Config {
    watcher::Config::default().fields(&format!("metadata.name={name}"))
}
