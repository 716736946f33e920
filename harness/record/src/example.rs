//! A small recording, for tests.

use crate::answer::{CheckRecording, Observation, RecordedAnswer};
use crate::content_store::ContentStore;
use crate::erased::ErasedView;
use crate::exchange::Exchange;
use crate::header::{RecordingHeader, RunConditions};
use crate::journal::RunHeader;
use crate::observation::{Interaction, LiveAnswer, Observations};
use crate::recording::Recording;
use crate::served::ServedKinds;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{Digest, Extent, Meta, Question, Tier};

/// How it was made.
pub fn recording_header() -> RecordingHeader {
    let text = |text: &str| text.to_owned();
    RecordingHeader {
        header: RunHeader {
            run: text("20260101-000000-0000"),
            version: text("0.1.0"),
            cluster: text("kind cluster example"),
            flavour: text("upstream"),
            evidence: text("Deployment istio-system/istiod"),
            versions: BTreeMap::new(),
            allowed: text("read"),
            rerun: String::new(),
            warnings: Vec::new(),
            at: Timestamp::UNIX_EPOCH,
        },
        conditions: RunConditions {
            capabilities: Vec::new(),
            allowed: Tier::Read,
            has_probe: false,
            is_files: false,
        },
        inputs: json!({}),
        provenances: Vec::new(),
        catalogue: BTreeMap::new(),
    }
}

/// A recording in which one check read these objects of the whole cluster.
pub fn recording_of_objects(check: &str, resource: &str, objects: Vec<Value>) -> Recording {
    let mut store = ContentStore::default();
    let items = objects.into_iter().map(|object| store.keep(object)).collect();
    let question = Question::Objects { resource: resource.to_owned(), scope: "*".to_owned() };
    let answer = RecordedAnswer::List(store.keep_list(items));
    let answers = vec![Observation { question, answer, extent: Extent::Whole }];
    let observed = CheckRecording { now: Timestamp::UNIX_EPOCH, waited_ms: None, unjudged: None, answers };
    let checks = BTreeMap::from([(check.to_owned(), observed)]);
    Recording::new(recording_header(), ServedKinds::from_names([(resource, "v1")]), checks, store)
}

/// The objects of one kind and scope.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedKind {
    /// The resource's full name.
    pub resource: String,
    /// `*`, or the namespace and name of the one object that was asked for.
    pub scope: String,
    /// The views.
    pub objects: Vec<Value>,
}

/// An object of no known kind.
struct Whole {
    metadata: Meta,
    value: Value,
}

impl Whole {
    fn new(value: Value) -> Self {
        // none: an example may have an object without metadata
        Self { metadata: serde_json::from_value(value["metadata"].clone()).unwrap_or_default(), value }
    }
}

impl ErasedView for Whole {
    fn metadata(&self) -> &Meta {
        &self.metadata
    }

    fn value(&self) -> Value {
        self.value.clone()
    }
}

/// What a check was given that saw these objects and sent these orders.
pub fn observations(kinds: Vec<RecordedKind>, exchanges: Vec<Exchange>) -> Observations {
    let objects = kinds.into_iter().map(|RecordedKind { resource, scope, objects }| {
        let objects =
            objects.into_iter().map(|object| Arc::new(Whole::new(object)) as Arc<dyn ErasedView>).collect();
        let question = Question::Objects { resource, scope };
        Interaction { question, order: None, answer: Ok(LiveAnswer::Objects(objects, Extent::Whole)) }
    });
    let sent = exchanges.into_iter().map(|Exchange { position, order, transcript }| {
        let question = Question::Exchange { position, order: Digest::of_json(&order) };
        Interaction { question, order: Some(order), answer: Ok(LiveAnswer::Transcript(Box::new(transcript))) }
    });
    Observations { seen: objects.chain(sent).collect(), ..Observations::none(Timestamp::UNIX_EPOCH) }
}
