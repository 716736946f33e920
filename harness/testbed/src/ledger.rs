//! The objects that a run made, with their UIDs, so that it deletes these and no others.

use cluster::apply::{ApplyError, apply_owned};
use cluster::kinds::{Kinds, ref_of};
use cluster::labels::{ATTEMPT, CHECK, RUN, SHARED};
use kube::api::{DynamicObject, TypeMeta};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::watch;
use vocabulary::{ObjectRef, chain};

/// How long requests that are under way may take to end, once nobody waits for them.
const REQUESTS_END_WITHIN: Duration = Duration::from_secs(10);

/// An object could not be made.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The API server refused it.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An object of that name, which the run did not make, exists already.
    #[error("{object} is there already, and {whose}")]
    Occupied {
        /// The object.
        object: ObjectRef,
        /// Who made it, as the end of a sentence.
        whose: String,
    },
    /// The task that made it ended without an answer.
    #[error("could not make {object}")]
    Crashed {
        /// The object.
        object: ObjectRef,
        /// Why.
        #[source]
        source: tokio::task::JoinError,
    },
}

/// The objects that a run made.
pub struct Ledger {
    run: String,
    shared: Arc<Shared>,
}

/// What the ledger shares with the requests that are under way: these go on when whoever waits for them is given up.
struct Shared {
    kinds: Kinds,
    entries: Mutex<Vec<LedgerEntry>>,
    /// How many requests are under way.
    under_way: watch::Sender<usize>,
}

/// An object that was made, or is about to be.
#[derive(Debug, Clone)]
enum LedgerEntry {
    /// Noted before it is applied: nobody knows yet whether it is there.
    Intent(Value),
    /// It was applied.
    Made(Box<DynamicObject>),
}

/// What is to be removed of a ledger.
#[derive(Debug, Default)]
pub(crate) struct LedgerContent {
    /// The objects, in the order in which they were made.
    pub(crate) objects: Vec<DynamicObject>,
    /// Those of which nobody knows whether they are there, with the reason.
    pub(crate) unknown: Vec<String>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("run", &self.run).finish_non_exhaustive()
    }
}

impl Ledger {
    /// An empty ledger.
    pub fn new(kinds: Kinds, run: &str) -> Self {
        let under_way = watch::Sender::new(0);
        let shared = Shared { kinds, entries: Mutex::default(), under_way };
        Self { run: run.to_owned(), shared: Arc::new(shared) }
    }

    /// The resources of the cluster.
    pub fn kinds(&self) -> &Kinds {
        &self.shared.kinds
    }

    /// Makes an object that checks share. An object of that name that the run did not make is an error, and is left alone.
    ///
    /// It is noted before it is applied, and the request goes on where the caller is given up: what the run made is known at any
    /// time.
    pub async fn make(&self, mut object: Value) -> Result<(), LedgerError> {
        let name = ref_of(&object);
        let refused = |error: kube::Error| ApplyError::Refused { object: name.clone(), source: error.into() };
        if let Some(api) = self.kinds().api_of(&object).await.map_err(refused)?
            && let Some(live) = api.get_opt(&name.name).await.map_err(refused)?
            && !self.is_ours(&live)
        {
            return Err(LedgerError::Occupied { object: name, whose: describe_owner(&live) });
        }
        for (label, value) in [(RUN, self.run.as_str()), (CHECK, SHARED), (ATTEMPT, "1")] {
            object["metadata"]["labels"][label] = json!(value);
        }
        let request = self.shared.begin(&object);
        let shared = Arc::clone(&self.shared);
        let applied = tokio::spawn(async move {
            let applied = apply_owned(&shared.kinds, &object).await;
            if let Ok(made) = &applied {
                shared.note_made(&object, made.clone());
            }
            drop(request);
            applied
        });
        applied.await.map_err(|error| LedgerError::Crashed { object: name, source: error })?.map(drop)?;
        Ok(())
    }

    /// What the run made or was about to make, whether it is removed by now or not.
    pub fn objects(&self) -> Vec<ObjectRef> {
        self.shared.entries().iter().map(LedgerEntry::object_ref).collect()
    }

    /// Waits for the requests that are under way, and looks which of the objects that were about to be made are there.
    pub(crate) async fn content(&self) -> LedgerContent {
        let mut under_way = self.shared.under_way.subscribe();
        // none: the object of a request that does not end is looked for below, as it is after an error
        let _ = tokio::time::timeout(REQUESTS_END_WITHIN, under_way.wait_for(|count| *count == 0)).await;
        let entries = self.shared.entries().clone();
        let mut content = LedgerContent::default();
        for entry in entries {
            match entry {
                LedgerEntry::Made(made) => content.objects.push(*made),
                LedgerEntry::Intent(object) => match self.find(&object).await {
                    Ok(live) => content.objects.extend(live),
                    Err(error) => content.unknown.push(format!("{}: {}", ref_of(&object), chain(&error))),
                },
            }
        }
        content
    }

    /// The object that was to be made, if it is there and the run made it.
    async fn find(&self, object: &Value) -> Result<Option<DynamicObject>, kube::Error> {
        let Some(api) = self.kinds().api_of(object).await? else { return Ok(None) };
        let live = api.get_opt(&ref_of(object).name).await?.filter(|live| self.is_ours(live));
        Ok(live.map(|live| with_types(live, object)))
    }

    fn is_ours(&self, live: &DynamicObject) -> bool {
        live.metadata.labels.as_ref().and_then(|labels| labels.get(RUN)) == Some(&self.run)
    }
}

impl Shared {
    fn entries(&self) -> MutexGuard<'_, Vec<LedgerEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that an object is about to be made.
    fn begin(self: &Arc<Self>, object: &Value) -> RequestUnderWay {
        let mut entries = self.entries();
        if !entries.iter().any(|entry| entry.object_ref() == ref_of(object)) {
            entries.push(LedgerEntry::Intent(object.clone()));
        }
        self.under_way.send_modify(|count| *count += 1);
        RequestUnderWay(Arc::clone(self))
    }

    /// Notes that an object was made, in the place of its intent.
    fn note_made(&self, object: &Value, made: DynamicObject) {
        let made = LedgerEntry::Made(Box::new(with_types(made, object)));
        let mut entries = self.entries();
        match entries.iter_mut().find(|entry| entry.object_ref() == ref_of(object)) {
            Some(entry) => *entry = made,
            None => entries.push(made),
        }
    }
}

/// A request that is under way.
struct RequestUnderWay(Arc<Shared>);

impl Drop for RequestUnderWay {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|count| *count -= 1);
    }
}

impl LedgerEntry {
    fn object_ref(&self) -> ObjectRef {
        match self {
            Self::Intent(object) => ref_of(object),
            Self::Made(object) => ObjectRef {
                // none: for a message alone
                kind: object.types.as_ref().map(|types| types.kind.clone()).unwrap_or_default(),
                namespace: object.metadata.namespace.clone(),
                // none: for a message alone
                name: object.metadata.name.clone().unwrap_or_default(),
            },
        }
    }
}

/// The API server may leave the type out, and a deletion finds the resource by it.
fn with_types(mut live: DynamicObject, object: &Value) -> DynamicObject {
    // none: what is applied has both
    let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
    live.types = Some(TypeMeta { api_version: text("apiVersion"), kind: text("kind") });
    live
}

fn describe_owner(live: &DynamicObject) -> String {
    if live.metadata.deletion_timestamp.is_some() {
        return "still being deleted".to_owned();
    }
    match live.metadata.labels.as_ref().and_then(|labels| labels.get(RUN)) {
        Some(run) => format!("belongs to run {run}: `meshproof sweep` removes what a run left that ended"),
        None => "not one that meshproof made: name another namespace with `namespaces.mesh` and `namespaces.foreign`"
            .to_owned(),
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
