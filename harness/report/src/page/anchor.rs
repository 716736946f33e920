//! How a check is named on the page.

/// The first part of an id.
pub(crate) fn suite(id: &str) -> &str {
    id.split_once("::").map_or(id, |(suite, _)| suite)
}

/// An id as it stands in the address of a place on the page.
pub(crate) fn anchor(id: &str) -> String {
    format!("check-{}", id.replace("::", "."))
}
