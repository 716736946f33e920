//! Sources that are no objects before another tool has rendered them.

pub(crate) mod helm_chart;
pub(crate) mod kustomization;
pub(crate) mod kustomize_patch;
