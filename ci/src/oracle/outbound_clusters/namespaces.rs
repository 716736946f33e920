//! The namespaces of what is generated.

/// The namespaces of a case: the root, that of the client, and another.
pub(super) const NAMESPACES: &[(u32, &str)] = &[(3, "istio-system"), (4, "team"), (3, "other")];
