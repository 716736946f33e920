//! The generated faults of a recording, in an order that does not change.

use crate::generate::flip::flips;
use crate::generate::path::{Path, fields};
use record::{Answer, Change, Recording};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use vocabulary::Question;

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// It is taken away; at the object itself, the object is.
    Remove,
    /// It is turned into another value of its type.
    Flip,
    /// It takes the value that the next other object of the resource has.
    Neighbour,
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Remove => "remove",
            Self::Flip => "flip",
            Self::Neighbour => "neighbour",
        })
    }
}

/// A generated fault: one field of one object is another.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The resource's full name.
    pub resource: String,
    /// The object's namespace and name: `istio-system/default`.
    pub object: String,
    /// The field; the object itself when empty.
    pub path: Path,
    /// What is done.
    pub operator: Operator,
    /// The value that it gets. `None`: it is taken away.
    pub value: Option<Value>,
}

/// The field that stands for the object itself.
pub const WHOLE: &str = ".";

impl Generated {
    /// The field, without positions in lists; [`WHOLE`] for the object itself.
    pub fn field(&self) -> String {
        if self.is_whole() { WHOLE.to_owned() } else { self.path.general() }
    }

    /// What becomes of a recorded object.
    pub fn change(&self, object: &Value) -> Change {
        if name(object) != self.object {
            return Change::Keep;
        }
        if self.is_whole() {
            return Change::Remove;
        }
        let mut changed = object.clone();
        if self.path.put(&mut changed, self.value.as_ref()) { Change::Replace(changed) } else { Change::Keep }
    }

    fn is_whole(&self) -> bool {
        self.path == Path::default()
    }
}

impl fmt::Display for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.is_whole() { WHOLE.to_owned() } else { self.path.to_string() };
        write!(f, "{} {}  {field}  {}", self.resource, self.object, self.operator)?;
        match &self.value {
            Some(value) => write!(f, "  {value}"),
            None => Ok(()),
        }
    }
}

/// All generated faults of a recording. Of an object that was another later, the form is taken that `first` saw. Objects
/// that checks ask for by their names have no neighbours: one ConfigMap is another document than the next.
pub fn generate(recording: &Recording, first: &[&str]) -> Vec<Generated> {
    let mut resources = BTreeMap::<&str, BTreeMap<String, &Value>>::new();
    let mut listed = BTreeSet::new();
    let later = recording.checks.keys().map(String::as_str).filter(|id| !first.contains(id));
    for observed in first.iter().copied().chain(later).filter_map(|id| recording.checks.get(id)) {
        for one in &observed.answers {
            let (Question::Objects { resource, scope }, Answer::List(list)) = (&one.question, &one.answer)
            else {
                continue;
            };
            if scope == "*" {
                listed.insert(resource.as_str());
            }
            let items = recording.pool().list(list).unwrap_or_default();
            for object in items.iter().filter_map(|digest| recording.pool().get(digest)) {
                resources.entry(resource).or_default().entry(name(object)).or_insert(object);
            }
        }
    }
    let generated =
        |(resource, objects): (&&str, &_)| of_resource(resource, objects, listed.contains(resource));
    resources.iter().flat_map(generated).collect()
}

fn name(object: &Value) -> String {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    match (text("namespace"), text("name")) {
        ("", name) => name.to_owned(),
        (namespace, name) => format!("{namespace}/{name}"),
    }
}

/// An object that another name would make another object: it is removed as a whole instead.
fn is_identity(path: &Path) -> bool {
    matches!(path.to_string().as_str(), "metadata" | "metadata.name" | "metadata.namespace")
}

type Fields = BTreeMap<Path, Value>;

fn of_resource(resource: &str, objects: &BTreeMap<String, &Value>, has_neighbours: bool) -> Vec<Generated> {
    let all: Vec<(&String, &Value, Fields)> = objects
        .iter()
        .map(|(name, object)| {
            (name, *object, fields(object).into_iter().filter(|(path, _)| !is_identity(path)).collect())
        })
        .collect();
    let mut known = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, value) in all.iter().flat_map(|(_, _, fields)| fields) {
        if let Some(text) = value.as_str() {
            known.entry(path.general()).or_default().insert(text.to_owned());
        }
    }
    let mut generated = Vec::new();
    for (at, (name, object, fields)) in all.iter().enumerate() {
        let others = all[at + 1..].iter().chain(&all[..at]).filter(|_| has_neighbours);
        let others: Vec<&Fields> = others.map(|(_, _, fields)| fields).collect();
        let mut seen = BTreeSet::from([object.to_string()]);
        let mut add = |path: &Path, operator, value: Option<Value>| {
            let (resource, object_name) = (resource.to_owned(), (*name).clone());
            let one = Generated { resource, object: object_name, path: path.clone(), operator, value };
            let is_new = match one.change(object) {
                Change::Keep => false,
                Change::Remove => true,
                Change::Replace(changed) => seen.insert(changed.to_string()),
            };
            if is_new {
                generated.push(one);
            }
        };
        add(&Path::default(), Operator::Remove, None);
        for (path, value) in fields {
            add(path, Operator::Remove, None);
            let known = known.get(&path.general());
            for other in flips(value, known.unwrap_or(&BTreeSet::new())) {
                add(path, Operator::Flip, Some(other));
            }
            let mut neighbours = others.iter().filter_map(|fields| fields.get(path));
            if let Some(other) = neighbours.find(|other| *other != value) {
                add(path, Operator::Neighbour, Some(other.clone()));
            }
        }
        for (path, value) in lacking(fields, &others) {
            add(path, Operator::Neighbour, Some(value.clone()));
        }
    }
    generated
}

/// The fields that others have and this one lacks, where it has what is around them.
fn lacking<'a>(fields: &Fields, others: &[&'a Fields]) -> BTreeMap<&'a Path, &'a Value> {
    let mut lacking = BTreeMap::new();
    for (path, value) in others.iter().copied().flatten() {
        if !fields.contains_key(path) && has(fields, &path.around()) {
            lacking.entry(path).or_insert(value);
        }
    }
    lacking
}

/// Whether there is a field: the object itself and its metadata always are. A document is there where its text is.
fn has(fields: &Fields, path: &Path) -> bool {
    *path == Path::default()
        || is_identity(path)
        || fields.contains_key(path)
        || (path.leads_into_a_document() && fields.contains_key(&path.around()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::example::of_objects;
    use serde_json::json;

    #[test]
    fn each_field_is_removed_flipped_and_its_neighbours() {
        let object =
            |name: &str, spec: Value| json!({"metadata": {"name": name, "namespace": "n"}, "spec": spec});
        let objects = vec![
            object("a", json!({"mode": "STRICT", "on": true})),
            object("b", json!({"mode": "OFF", "n": 1})),
        ];
        let generated = generate(&of_objects("c", "things", objects), &["c"]);
        let of_a = generated.iter().filter(|one| one.object == "n/a");
        let told: Vec<_> = of_a.map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn fault_touches_its_object_alone() {
        let object = |name: &str| json!({"metadata": {"name": name}, "spec": {"on": true}});
        let generated = generate(&of_objects("c", "things", vec![object("a"), object("b")]), &[]);
        let flip = generated.iter().find(|one| one.field() == "spec.on" && one.operator == Operator::Flip);
        let flip = flip.unwrap();
        assert_eq!(flip.change(&object("b")), Change::Keep);
        let changed = json!({"metadata": {"name": "a"}, "spec": {"on": false}});
        assert_eq!(flip.change(&object("a")), Change::Replace(changed));
    }
}
