//! How Serving calls the pods of Knative Services, which decides whether a mesh knows them: `mesh-compatibility-mode`.

/// The values that it reads.
pub(super) const MODES: &[&str] = &["auto", "enabled", "disabled"];
