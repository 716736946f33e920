//! What operators make of the custom resources among the objects of files.

use run::Derivation;
use semantics::operator::derivation::derive;
use serde_json::Value;
use std::collections::BTreeMap;
use vocabulary::Flavour;

/// What operators make of these objects, where the flavour is known or not.
pub fn derived_objects(objects: &BTreeMap<String, Vec<Value>>, flavour: Option<Flavour>) -> Derivation {
    let derived = derive(objects, flavour);
    let differences = derived.differences.iter().map(ToString::to_string);
    let notes = derived.notes.iter().map(ToString::to_string);
    Derivation {
        objects: derived.objects,
        extended: derived.extended,
        notes: differences.chain(notes).collect(),
    }
}
