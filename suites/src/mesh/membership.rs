//! Which namespaces belong to the mesh.

pub mod no_knative_namespace_is_ambient;
pub mod no_namespace_names_two_meshes;
pub mod serverless_namespaces_are_members;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &serverless_namespaces_are_members::CHECK,
    &no_knative_namespace_is_ambient::CHECK,
    &no_namespace_names_two_meshes::CHECK,
];
