//! The objects that checks were given, each once, in order of resource, namespace and name.
//!
//! Many checks read the same lists. They refer to one place, and an object becomes text only where the page shows it.

use record::{ErasedView, ObservedKind};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An object that a check was given.
#[derive(Clone)]
pub(crate) struct ObservedObject<'a> {
    /// The resource's full name.
    pub(crate) resource: &'a str,
    view: Arc<dyn ErasedView>,
}

/// The objects of all checks.
#[derive(Default)]
pub(crate) struct ObservedObjects<'a> {
    objects: Vec<ObservedObject<'a>>,
    /// The places of lists that were looked up already, by the resource and by what is the same for all who were given the list.
    known: BTreeMap<(&'a str, usize), Arc<[usize]>>,
}

impl<'a> ObservedObjects<'a> {
    /// The objects of these kinds.
    pub(crate) fn of(kinds: impl Iterator<Item = ObservedKind<'a>>) -> Self {
        let mut lists = BTreeSet::new();
        let mut objects = Vec::new();
        for ObservedKind { resource, objects: list, .. } in kinds {
            let is_new = list.identity().is_none_or(|identity| lists.insert((resource, identity)));
            if is_new {
                objects.extend(list.iter().map(|view| ObservedObject { resource, view }));
            }
        }
        objects.sort();
        objects.dedup();
        Self { objects, known: BTreeMap::new() }
    }

    /// The places of the objects of a kind, in order.
    pub(crate) fn places(&mut self, kind: &ObservedKind<'a>) -> Arc<[usize]> {
        let key = kind.objects.identity().map(|identity| (kind.resource, identity));
        if let Some(known) = key.and_then(|key| self.known.get(&key)) {
            return Arc::clone(known);
        }
        let objects = kind.objects.iter().map(|view| ObservedObject { resource: kind.resource, view });
        // none: each object of a check is among those of all checks
        let mut places: Vec<_> = objects.filter_map(|one| self.objects.binary_search(&one).ok()).collect();
        places.sort_unstable();
        places.dedup();
        let places: Arc<[usize]> = places.into();
        if let Some(key) = key {
            self.known.insert(key, Arc::clone(&places));
        }
        places
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[ObservedObject<'a>] {
        &self.objects
    }

    /// The object at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&ObservedObject<'a>> {
        self.objects.get(place)
    }

    /// The places, of these, of the objects with this name, of any state.
    pub(crate) fn named<'p>(&self, places: &'p [usize], namespace: &str, name: &str) -> &'p [usize] {
        let compare = |place: &usize| {
            self.at(*place).map_or(Ordering::Less, |one| one.name_key().cmp(&(namespace, name)))
        };
        let begin = places.partition_point(|place| compare(place) == Ordering::Less);
        // none: a partition point is within the list
        let rest = places.get(begin..).unwrap_or_default();
        let count = rest.partition_point(|place| compare(place) == Ordering::Equal);
        rest.get(..count).unwrap_or_default() // none: so is this one
    }
}

impl ObservedObject<'_> {
    /// The view.
    pub(crate) fn value(&self) -> Value {
        self.view.value()
    }

    /// The view as pretty JSON.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string_pretty(&self.value()).unwrap_or_default() // none: a value is always JSON
    }

    fn name_key(&self) -> (&str, &str) {
        let meta = self.view.metadata();
        (&meta.namespace, &meta.name)
    }

    /// Whether it is another state of the same object.
    pub(crate) fn is_same_object(&self, other: &Self) -> bool {
        self.resource == other.resource && self.name_key() == other.name_key()
    }

    /// Whether it is of this kind. Only its resource is known: the plural of the kind, by the rule of Kubernetes.
    pub(crate) fn is_of_kind(&self, kind: &str) -> bool {
        is_resource_of(self.resource, kind)
    }

    /// `namespace/name`, or the name of what is cluster-scoped.
    pub(crate) fn full_name(&self) -> String {
        match self.name_key() {
            ("", name) => name.to_owned(),
            (namespace, name) => format!("{namespace}/{name}"),
        }
    }
}

fn is_resource_of(resource: &str, kind: &str) -> bool {
    let kind = kind.to_lowercase();
    let plural = resource.split('.').next().unwrap_or_default(); // none: there is a first part
    let stem = kind.strip_suffix('y').map(|stem| format!("{stem}ies"));
    plural == format!("{kind}s") || plural == format!("{kind}es") || stem.is_some_and(|stem| plural == stem)
}

/// By resource, namespace and name; states of one object by their text.
impl Ord for ObservedObject<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_name = self.resource.cmp(other.resource).then_with(|| self.name_key().cmp(&other.name_key()));
        by_name.then_with(|| {
            if Arc::ptr_eq(&self.view, &other.view) {
                Ordering::Equal
            } else {
                self.text().cmp(&other.text())
            }
        })
    }
}

impl PartialOrd for ObservedObject<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ObservedObject<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ObservedObject<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Gateway", "gateways.networking.istio.io", true)]
    #[case("ServiceEntry", "serviceentries.networking.istio.io", true)]
    #[case("Ingress", "ingresses.networking.k8s.io", true)]
    #[case("Service", "serviceentries.networking.istio.io", false)]
    fn kind_is_known_by_its_resource(#[case] kind: &str, #[case] resource: &str, #[case] same: bool) {
        assert_eq!(is_resource_of(resource, kind), same);
    }
}
