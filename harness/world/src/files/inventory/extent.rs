//! What is known of a kind by several files together.

use vocabulary::Extent;

/// What is known when both are.
pub(crate) fn union(one: Extent, other: Extent) -> Extent {
    match (one, other) {
        (Extent::Whole, _) | (_, Extent::Whole) => Extent::Whole,
        (Extent::Namespaces(mut one), Extent::Namespaces(other)) => {
            one.extend(other);
            Extent::Namespaces(one)
        }
        (namespaces @ Extent::Namespaces(_), _) | (_, namespaces @ Extent::Namespaces(_)) => namespaces,
        (Extent::Part, _) | (_, Extent::Part) => Extent::Part,
        (Extent::NotPermitted, _) | (_, Extent::NotPermitted) => Extent::NotPermitted,
        (Extent::Nothing, Extent::Nothing) => Extent::Nothing,
    }
}

/// What is known when an object of a namespace is not.
pub(crate) fn without_namespace(extent: Extent, namespace: &str) -> Extent {
    match extent {
        Extent::Namespaces(mut namespaces) => {
            namespaces.remove(namespace);
            if namespaces.is_empty() { Extent::Part } else { Extent::Namespaces(namespaces) }
        }
        Extent::Whole => Extent::Part,
        extent => extent,
    }
}
