//! The testbed: the places of a run, each made when the first check needs it, and removed at the run's end.
//!
//! Every object of a place has a label with the run that made it, by which a sweep finds what a killed run left. A run itself
//! deletes only what it made, by UID.

use crate::ledger::Ledger;
use crate::place::{ReadyPlace, make_place, render_place};
use crate::place_error::PlaceError;
use cluster::kinds::{Kinds, ref_of};
use fixtures::PlaceholderValues;
use inputs::Inputs;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;
use vocabulary::Flavour;

/// A place that is made once.
type PlaceCell = Arc<OnceCell<Result<Arc<ReadyPlace>, Arc<PlaceError>>>>;

/// The places of one run.
#[derive(Debug)]
pub struct Testbed {
    inputs: Arc<Inputs>,
    flavour: Flavour,
    ledger: Ledger,
    values: PlaceholderValues,
    places: Mutex<BTreeMap<&'static str, PlaceCell>>,
}

impl Testbed {
    /// A testbed without places.
    pub fn new(client: kube::Client, run: &str, inputs: Arc<Inputs>, flavour: Flavour) -> Self {
        let values = placeholder_values(&inputs);
        let ledger = Ledger::new(Kinds::new(client), run);
        Self { ledger, values, inputs, flavour, places: Mutex::default() }
    }

    /// A place, made at the first call. Later calls return the same place, or the same error.
    pub async fn place(&self, name: &'static str) -> Result<Arc<ReadyPlace>, Arc<PlaceError>> {
        let cell =
            Arc::clone(self.places.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
        cell.get_or_init(|| async {
            let place = make_place(name, self.flavour, &self.ledger, &self.values, &self.inputs).await;
            place.map(Arc::new).map_err(Arc::new)
        })
        .await
        .clone()
    }

    /// The objects that were made.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

/// The inputs as values of placeholders: `${namespaces.mesh}`.
pub fn placeholder_values(inputs: &Inputs) -> PlaceholderValues {
    let text = |(key, value): (String, Value)| Some((key, value.as_str()?.to_owned()));
    let mut values: PlaceholderValues = inputs.dotted_values().into_iter().filter_map(text).collect();
    values.extend(inputs.probe.image_to_pull().map(|image| ("probe.image".to_owned(), image)));
    values
}

/// The pods of a place.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PlacePods {
    /// Its own namespaces: all pods in them are its pods.
    pub namespaces: BTreeSet<String>,
    /// Its pods in namespaces of others, by namespace and name.
    pub pods: BTreeSet<(String, String)>,
}

/// The pods of a place as its fixture names them, whether it was made or not.
pub fn pods_of_place(name: &str, inputs: &Inputs) -> PlacePods {
    // What a flavour adds to a place is no pod.
    let Ok((_, objects)) = render_place(name, Flavour::UNKNOWN, &placeholder_values(inputs)) else {
        return PlacePods::default();
    };
    let of_kind = |kind: &'static str| objects.iter().map(ref_of).filter(move |object| object.kind == kind);
    let namespaces: BTreeSet<_> = of_kind("Namespace").map(|namespace| namespace.name).collect();
    let pods = of_kind("Pod").filter_map(|pod| Some((pod.namespace?, pod.name)));
    PlacePods { pods: pods.filter(|(namespace, _)| !namespaces.contains(namespace)).collect(), namespaces }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_can_be_rendered_and_read() {
        let mut inputs = Inputs::default();
        inputs.probe.image = Some("registry.example/probe:1".to_owned());
        for (name, flavour) in
            fixtures::places().into_iter().flat_map(|name| [(name, "upstream"), (name, "ossm2")])
        {
            let place = render_place(name, Flavour(flavour), &placeholder_values(&inputs));
            let (spec, objects) =
                place.unwrap_or_else(|error| panic!("{name}: {}", vocabulary::chain(&error)));
            assert!(!spec.title.is_empty() && !objects.is_empty(), "{name}");
        }
    }

    #[test]
    fn pods_of_a_place_are_known_before_it_is_made() {
        let mut inputs = Inputs::default();
        inputs.probe.image = Some("registry.example/probe:1".to_owned());
        let mesh = pods_of_place("mesh", &inputs);
        assert_eq!(mesh.namespaces, BTreeSet::from(["meshproof-mesh".to_owned()]));
        let eventing = pods_of_place("eventing", &inputs);
        let probe = ("knative-eventing".to_owned(), "meshproof-probe".to_owned());
        assert_eq!((eventing.namespaces.len(), eventing.pods), (0, BTreeSet::from([probe])));
    }
}
