//! Puts an object into recordings that were made without it, as if it had been in the cluster then.
//!
//! An object is replaced only where a recording holds it as the healthy one does: what a fault made of it stays.

use crate::answer::{CheckRecording, Observation, RecordedAnswer};
use crate::content_store::ContentStore;
use crate::fault_recordings::FaultRecordings;
use crate::recording::Recording;
use crate::served::ServedKinds;
use serde_json::Value;
use vocabulary::{Extent, Question};

/// What became of an object in a recording; the most of what became of it in the answers there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Insertion {
    /// No answer is about it.
    Unasked,
    /// It was there already.
    Same,
    /// It stays as a fault had made it.
    Left,
    /// It was not there.
    Added,
    /// It takes the place of one of its name.
    Replaced,
}

impl Recording {
    /// The forms in which an object of this name was recorded: it may have changed while checks were asking.
    pub fn forms_of(&self, resource: &str, object: &Value) -> Vec<Value> {
        let is_it = |other: &Value| name(other) == name(object);
        self.objects_of(resource).into_iter().filter(is_it).collect()
    }

    /// Puts an object into each answer that is about it. `healthy` are the forms that it had in the healthy recording.
    pub fn put_object(&mut self, resource: &str, object: &Value, healthy: &[Value]) -> Insertion {
        let mut checks = std::mem::take(&mut self.checks);
        let store = self.content_store_mut();
        let put = |observed| put(observed, store, resource, object, healthy);
        let insertion = checks.values_mut().map(put).max().unwrap_or(Insertion::Unasked);
        self.checks = checks;
        insertion
    }

    /// Says that a resource was served. Whether that is new.
    pub fn add_served_kind(&mut self, resource: &str, version: &str) -> bool {
        if self.served.has_named(resource) {
            return false;
        }
        let before = std::mem::take(&mut self.served);
        let known =
            before.names().flat_map(|name| before.versions(name).iter().map(move |one| (name, &**one)));
        self.served = ServedKinds::from_names(known.chain([(resource, version)]));
        true
    }

    /// Whether any check was answered this.
    pub fn answers(&self, question: &Question) -> bool {
        let mut answers = self.checks.values().flat_map(|observed| &observed.answers);
        answers.any(|one| one.question == *question)
    }

    /// Answers a check what it did not ask when the recording was made.
    pub fn answer(&mut self, check: &str, question: Question, objects: Vec<Value>) {
        let now = self.now_of(check);
        let store = self.content_store_mut();
        let items = objects.into_iter().map(|object| store.keep(object)).collect();
        let answer = RecordedAnswer::List(store.keep_list(items));
        let none = || CheckRecording { now, waited_ms: None, unjudged: None, answers: Vec::new() };
        let observed = self.checks.entry(check.to_owned()).or_insert_with(none);
        observed.answers.push(Observation { question, answer, extent: Extent::Whole });
    }

    /// Forgets what no observation refers to any more.
    pub fn forget_unused(&mut self) {
        let checks = std::mem::take(&mut self.checks);
        self.content_store_mut().keep_used(checks.values());
        self.checks = checks;
    }
}

impl FaultRecordings {
    /// The same in what checks were given under the faults.
    pub fn put_object(&mut self, resource: &str, object: &Value, healthy: &[Value]) -> Insertion {
        let (faults, store) = self.parts_mut();
        let observed = faults.values_mut().flat_map(|checks| checks.values_mut());
        let put = |observed| put(observed, store, resource, object, healthy);
        observed.map(put).max().unwrap_or(Insertion::Unasked)
    }
}

fn put(
    observed: &mut CheckRecording,
    store: &mut ContentStore,
    resource: &str,
    object: &Value,
    healthy: &[Value],
) -> Insertion {
    let mut most = Insertion::Unasked;
    for one in &mut observed.answers {
        let (Question::Objects { resource: of, scope }, RecordedAnswer::List(list)) =
            (&one.question, &mut one.answer)
        else {
            continue;
        };
        if of != resource || (scope != "*" && *scope != name(object)) {
            continue;
        }
        let mut items = store.list(list).unwrap_or_default().to_vec();
        let names: Vec<_> = items.iter().map(|item| store.get(item).map(name).unwrap_or_default()).collect();
        let there = names.iter().position(|other| *other == name(object));
        let form = there.and_then(|at| store.get(&items[at]));
        let insertion = match (there, form) {
            (_, Some(form)) if form == object => Insertion::Same,
            (Some(at), Some(form)) if healthy.contains(form) => {
                items[at] = store.keep(object.clone());
                Insertion::Replaced
            }
            (None, None) if healthy.is_empty() => {
                let at = names.iter().position(|other| *other > name(object));
                items.insert(at.unwrap_or(items.len()), store.keep(object.clone()));
                Insertion::Added
            }
            _ => Insertion::Left,
        };
        *list = store.keep_list(items);
        most = most.max(insertion);
    }
    most
}

/// The scope of a question about an object alone.
fn name(object: &Value) -> String {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    format!("{}/{}", text("namespace"), text("name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::recording_of_objects;
    use serde_json::json;

    const KIND: &str = "gateways.x";

    fn object(name: &str, spec: u32) -> Value {
        json!({"metadata": {"name": name, "namespace": "n"}, "spec": spec})
    }

    fn recording() -> Recording {
        recording_of_objects("a::b::c", KIND, vec![object("a", 1), object("c", 1)])
    }

    fn objects(recording: &Recording) -> Vec<Value> {
        let list = match &recording.checks["a::b::c"].answers[0].answer {
            RecordedAnswer::List(list) => recording.content_store().list(list).unwrap(),
            other => unreachable!("{other:?}"),
        };
        list.iter().map(|item| recording.content_store().get(item).unwrap().clone()).collect()
    }

    #[test]
    fn new_object_has_its_place_among_the_others() {
        let mut recording = recording();
        assert_eq!(recording.put_object(KIND, &object("b", 1), &[]), Insertion::Added);
        assert_eq!(objects(&recording), [object("a", 1), object("b", 1), object("c", 1)]);
        assert_eq!(recording.put_object(KIND, &object("b", 1), &[]), Insertion::Same);
        assert_eq!(recording.put_object("other.x", &object("b", 1), &[]), Insertion::Unasked);
    }

    #[test]
    fn object_takes_the_place_of_its_former_self() {
        let mut recording = recording();
        let healthy = recording.forms_of(KIND, &object("c", 2));
        assert_eq!(recording.put_object(KIND, &object("c", 2), &healthy), Insertion::Replaced);
        recording.forget_unused();
        assert_eq!(objects(&recording), [object("a", 1), object("c", 2)]);
        assert_eq!(recording.content_store().len(), 2, "the former self is forgotten");
        let text = serde_json::to_vec(&recording).unwrap();
        assert_eq!(objects(&Recording::parse(&text).unwrap()).len(), 2, "digests are right");
    }

    #[test]
    fn what_a_fault_did_to_it_stays() {
        let healthy = recording();
        let mut broken = recording_of_objects("a::b::c", KIND, vec![object("c", 9)]);
        for (name, spec) in [("a", 2), ("c", 2)] {
            let forms = healthy.forms_of(KIND, &object(name, spec));
            assert_eq!(broken.put_object(KIND, &object(name, spec), &forms), Insertion::Left);
        }
        assert_eq!(objects(&broken), [object("c", 9)]);
    }

    #[test]
    fn new_kind_is_served_and_answered() {
        let mut recording = recording();
        let question = Question::Objects { resource: "new.x".to_owned(), scope: "*".to_owned() };
        assert!(recording.add_served_kind("new.x", "v1") && !recording.add_served_kind("new.x", "v1"));
        assert!(recording.served().has_named(KIND), "what was served still is");
        assert!(!recording.answers(&question));
        recording.answer("a::b::new", question.clone(), vec![object("a", 1)]);
        assert!(recording.answers(&question));
        assert_eq!(recording.objects_of("new.x"), [object("a", 1)]);
    }
}
