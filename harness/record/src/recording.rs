//! A recording: the observations of all checks of a run, on which they can be judged again.

use crate::answer::{CheckRecording, RecordedAnswer};
use crate::content_store::ContentStore;
use crate::document_format::is_version_1;
use crate::header::RecordingHeader;
use crate::recording_error::{RECORDING_1, RecordingError};
use crate::served::ServedKinds;
use crate::version_1;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::{Digest, Question, TypeMeta, foreign_json_error, schema_of};

/// The kind of the document.
const KIND: &str = "Recording";

/// The observations of all checks of a run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Recording {
    #[serde(flatten, skip_deserializing, default = "type_meta")]
    type_meta: TypeMeta,
    /// How it was made.
    pub about: Box<RecordingHeader>,
    /// What the API server served: the versions of each resource, by its full name.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(crate) served: ServedKinds,
    /// What each check was given, by id.
    pub checks: BTreeMap<String, CheckRecording>,
    /// What the observations refer to.
    #[serde(flatten)]
    store: Arc<ContentStore>,
    #[serde(skip)]
    views: Views,
    #[serde(skip)]
    is_complete: bool,
}

/// What becomes of a recorded object.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordedObjectChange {
    /// It stays as it is.
    Keep,
    /// It is another.
    Replace(Value),
    /// It is there no more.
    Remove,
}

/// Views that were parsed already, by the digest of their JSON, and lists of them, by the digest of the list.
#[derive(Clone, Default)]
pub(super) struct Views(Arc<Mutex<Parsed>>);

type Parsed = HashMap<(TypeId, Digest), Arc<dyn Any + Send + Sync>>;

impl fmt::Debug for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Views")
    }
}

impl Views {
    pub(super) fn get<V: Any + Send + Sync>(&self, digest: &Digest) -> Option<Arc<V>> {
        let parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(parsed.get(&(TypeId::of::<V>(), digest.clone()))?).downcast().ok()
    }

    pub(super) fn put<V: Any + Send + Sync>(&self, digest: &Digest, view: Arc<V>) {
        let mut parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.insert((TypeId::of::<V>(), digest.clone()), view);
    }
}

pub(crate) fn type_meta() -> TypeMeta {
    TypeMeta::of_kind(KIND)
}

impl Recording {
    /// A recording of these observations.
    pub fn new(
        about: RecordingHeader,
        served: ServedKinds,
        checks: BTreeMap<String, CheckRecording>,
        store: ContentStore,
    ) -> Self {
        Self {
            type_meta: type_meta(),
            about: Box::new(about),
            served,
            checks,
            store: Arc::new(store),
            views: Views::default(),
            is_complete: false,
        }
    }

    /// Reads what was written as JSON, and holds each content against its digest.
    pub fn parse(text: &[u8]) -> Result<Self, RecordingError> {
        let is_version_1 = is_version_1(text, KIND, RECORDING_1)?;
        let mut recording: Self = serde_json::from_slice(text).map_err(|error| foreign_json_error(&error))?;
        if let Some(digest) = recording.store.damaged(recording.checks.values()) {
            return Err(RecordingError::Damaged(digest));
        }
        if is_version_1 {
            let mut checks = std::mem::take(&mut recording.checks);
            let store = recording.content_store_mut();
            version_1::upgrade(checks.values_mut(), store);
            store.keep_used(checks.values());
            recording.checks = checks;
        }
        Ok(recording)
    }

    /// This recording, regarded as complete: an object that no check asked for by its name is not there.
    #[must_use]
    pub fn assume_complete(self) -> Self {
        Self { is_complete: true, ..self }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The JSON Schema of a recording, as committed.
    pub fn schema() -> String {
        schema_of::<Self>()
    }

    /// What the cluster served.
    pub fn served(&self) -> &ServedKinds {
        &self.served
    }

    /// What the observations refer to.
    pub fn content_store(&self) -> &ContentStore {
        &self.store
    }

    pub(super) fn views(&self) -> &Views {
        &self.views
    }

    /// The same, with other observations of some checks.
    #[must_use]
    pub fn with_checks(&self, checks: &BTreeMap<String, CheckRecording>, store: &ContentStore) -> Self {
        let mut recording = self.clone();
        for (id, observed) in checks {
            recording.content_store_mut().copy_referenced(store, observed);
            recording.checks.insert(id.clone(), observed.clone());
        }
        recording
    }

    /// Changes the recorded objects of a resource, in the answer to each question about it.
    pub fn change_objects<E>(
        &mut self,
        resource: &str,
        mut change: impl FnMut(&Value) -> Result<RecordedObjectChange, E>,
    ) -> Result<(), E> {
        self.change_lists(resource, |store, _, items| {
            let mut changed = Vec::with_capacity(items.len());
            for item in items {
                match store.get(item).map_or(Ok(RecordedObjectChange::Keep), &mut change)? {
                    RecordedObjectChange::Keep => changed.push(item.clone()),
                    RecordedObjectChange::Replace(value) => changed.push(store.keep(value)),
                    RecordedObjectChange::Remove => {}
                }
            }
            Ok(changed)
        })
    }

    /// Adds an object to the answer to each question that is about it.
    pub fn add_object(&mut self, resource: &str, object: &Value) -> bool {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        let scope = format!("{}/{}", text("namespace"), text("name"));
        let mut is_added = false;
        let added: Result<(), Infallible> = self.change_lists(resource, |store, of, items| {
            let is_about_it = of == "*" || of == scope;
            is_added |= is_about_it;
            let new = is_about_it.then(|| store.keep(object.clone()));
            Ok(items.iter().cloned().chain(new).collect())
        });
        added.is_ok() && is_added
    }

    fn change_lists<E>(
        &mut self,
        resource: &str,
        mut change: impl FnMut(&mut ContentStore, &str, &[Digest]) -> Result<Vec<Digest>, E>,
    ) -> Result<(), E> {
        let mut checks = std::mem::take(&mut self.checks);
        let store = self.content_store_mut();
        let mut known = BTreeMap::<(String, Digest), Digest>::new();
        let mut done = Ok(());
        for one in checks.values_mut().flat_map(|observed| &mut observed.answers) {
            let (Question::Objects { resource: of, scope }, RecordedAnswer::List(list)) =
                (&one.question, &mut one.answer)
            else {
                continue;
            };
            if of != resource || done.is_err() {
                continue;
            }
            let before = (scope.clone(), list.clone());
            if let Some(after) = known.get(&before) {
                list.clone_from(after);
                continue;
            }
            let items = store.list(list).unwrap_or_default().to_vec();
            match change(store, scope, &items) {
                Ok(items) => *list = store.keep_list(items),
                Err(error) => done = Err(error),
            }
            known.insert(before, list.clone());
        }
        self.checks = checks;
        done
    }

    /// Forgets a resource and its objects, as if its definition had been deleted. Says whether it was served.
    pub fn stop_serving(&mut self, resource: &str) -> bool {
        let emptied: Result<(), Infallible> =
            self.change_objects(resource, |_| Ok(RecordedObjectChange::Remove));
        emptied.is_ok() && self.served.remove(resource)
    }

    /// The recorded objects of a resource, each once.
    pub fn objects_of(&self, resource: &str) -> Vec<Value> {
        let mut known = BTreeSet::new();
        let answers = self.checks.values().flat_map(|observed| &observed.answers);
        for one in answers {
            if let (Question::Objects { resource: of, .. }, RecordedAnswer::List(list)) =
                (&one.question, &one.answer)
                && of == resource
            {
                known.extend(self.store.list(list).into_iter().flatten());
            }
        }
        known.into_iter().filter_map(|digest| self.store.get(digest).cloned()).collect()
    }

    /// A store of its own: what other recordings share stays as it is.
    pub(crate) fn content_store_mut(&mut self) -> &mut ContentStore {
        if Arc::get_mut(&mut self.store).is_none() {
            self.store = Arc::new(ContentStore::layered_on(Arc::clone(&self.store)));
        }
        Arc::make_mut(&mut self.store)
    }
}
