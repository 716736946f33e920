//! Generates the faults of a recording, in a stable order.

use crate::generate::field_path::{FieldPath, fields};
use crate::generate::flip::flipped_values;
use crate::generate::generated_fault::{FieldOperator, GeneratedFault, object_name};
use record::{RecordedAnswer, RecordedObjectChange, Recording};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::Question;

/// Generates all faults of a recording. An object may be recorded in several states: that which the checks in `preferred` read
/// is taken.
///
/// Objects that checks read by their names have no neighbours: two ConfigMaps hold different documents.
pub fn generate(recording: &Recording, preferred: &[&str]) -> Vec<GeneratedFault> {
    let mut resources = BTreeMap::<&str, BTreeMap<String, &Value>>::new();
    let mut listed = BTreeSet::new();
    let others = recording.checks.keys().map(String::as_str).filter(|id| !preferred.contains(id));
    for observations in preferred.iter().copied().chain(others).filter_map(|id| recording.checks.get(id)) {
        for observation in &observations.answers {
            let (Question::Objects { resource, scope }, RecordedAnswer::List(list)) =
                (&observation.question, &observation.answer)
            else {
                continue;
            };
            if scope == "*" {
                listed.insert(resource.as_str());
            }
            let items = recording.content_store().list(list).unwrap_or_default();
            for object in items.iter().filter_map(|digest| recording.content_store().get(digest)) {
                resources.entry(resource).or_default().entry(object_name(object)).or_insert(object);
            }
        }
    }
    let faults =
        |(resource, objects): (&&str, &_)| faults_of_resource(resource, objects, listed.contains(resource));
    resources.iter().flat_map(faults).collect()
}

/// Identity fields are not changed: removing the whole object covers them.
fn is_identity(path: &FieldPath) -> bool {
    matches!(path.to_string().as_str(), "metadata" | "metadata.name" | "metadata.namespace")
}

/// The fields of an object, without those of its identity.
type Fields = BTreeMap<FieldPath, Value>;

fn faults_of_resource(
    resource: &str,
    objects: &BTreeMap<String, &Value>,
    has_neighbours: bool,
) -> Vec<GeneratedFault> {
    let all: Vec<(&String, &Value, Fields)> = objects
        .iter()
        .map(|(name, object)| {
            (name, *object, fields(object).into_iter().filter(|(path, _)| !is_identity(path)).collect())
        })
        .collect();
    let texts = texts_by_field(all.iter().map(|(_, _, fields)| fields));
    let mut faults = Vec::new();
    for (index, (name, object, fields)) in all.iter().enumerate() {
        let neighbours = all[index + 1..].iter().chain(&all[..index]).filter(|_| has_neighbours);
        let neighbours: Vec<&Fields> = neighbours.map(|(_, _, fields)| fields).collect();
        let mut states = BTreeSet::from([object.to_string()]);
        let mut add = |path: &FieldPath, operator, value: Option<Value>| {
            let (resource, object_name) = (resource.to_owned(), (*name).clone());
            let fault = GeneratedFault { resource, object: object_name, path: path.clone(), operator, value };
            let is_new = match fault.change_of(object) {
                RecordedObjectChange::Keep => false,
                RecordedObjectChange::Remove => true,
                RecordedObjectChange::Replace(changed) => states.insert(changed.to_string()),
            };
            if is_new {
                faults.push(fault);
            }
        };
        add(&FieldPath::default(), FieldOperator::Remove, None);
        for (path, value) in fields {
            add(path, FieldOperator::Remove, None);
            let texts = texts.get(&path.without_positions());
            for flipped in flipped_values(value, texts.unwrap_or(&BTreeSet::new())) {
                add(path, FieldOperator::Flip, Some(flipped));
            }
            let mut values = neighbours.iter().filter_map(|fields| fields.get(path));
            if let Some(other) = values.find(|other| *other != value) {
                add(path, FieldOperator::Neighbour, Some(other.clone()));
            }
        }
        for (path, value) in missing_fields(fields, &neighbours) {
            add(path, FieldOperator::Neighbour, Some(value.clone()));
        }
    }
    faults
}

/// All texts that objects have in a field, by its path without positions.
fn texts_by_field<'a>(objects: impl Iterator<Item = &'a Fields>) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, value) in objects.flatten() {
        if let Some(text) = value.as_str() {
            texts.entry(path.without_positions()).or_default().insert(text.to_owned());
        }
    }
    texts
}

/// The fields that a neighbour has and this object lacks, where it has their parent.
fn missing_fields<'a>(fields: &Fields, neighbours: &[&'a Fields]) -> BTreeMap<&'a FieldPath, &'a Value> {
    let mut missing = BTreeMap::new();
    for (path, value) in neighbours.iter().copied().flatten() {
        if !fields.contains_key(path) && has_field(fields, &path.parent()) {
            missing.entry(path).or_insert(value);
        }
    }
    missing
}

/// Whether an object has a field. It always has itself and its metadata, and a document wherever it has the text of one.
fn has_field(fields: &Fields, path: &FieldPath) -> bool {
    *path == FieldPath::default()
        || is_identity(path)
        || fields.contains_key(path)
        || (path.is_document() && fields.contains_key(&path.parent()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::example::recording_of_objects;
    use serde_json::json;

    #[test]
    fn each_field_is_removed_flipped_and_its_neighbours() {
        let object =
            |name: &str, spec: Value| json!({"metadata": {"name": name, "namespace": "n"}, "spec": spec});
        let objects = vec![
            object("a", json!({"mode": "STRICT", "on": true})),
            object("b", json!({"mode": "OFF", "n": 1})),
        ];
        let faults = generate(&recording_of_objects("c", "things", objects), &["c"]);
        let of_a = faults.iter().filter(|fault| fault.object == "n/a");
        let lines: Vec<_> = of_a.map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn fault_changes_its_object_alone() {
        let object = |name: &str| json!({"metadata": {"name": name}, "spec": {"on": true}});
        let faults = generate(&recording_of_objects("c", "things", vec![object("a"), object("b")]), &[]);
        let flip =
            faults.iter().find(|fault| fault.field() == "spec.on" && fault.operator == FieldOperator::Flip);
        let flip = flip.unwrap();
        assert_eq!(flip.change_of(&object("b")), RecordedObjectChange::Keep);
        let changed = json!({"metadata": {"name": "a"}, "spec": {"on": false}});
        assert_eq!(flip.change_of(&object("a")), RecordedObjectChange::Replace(changed));
    }
}
