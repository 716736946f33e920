//! The checks of meshproof: what the reference document requires, one file a requirement.

pub mod capability;
pub mod flavour;
pub mod mesh;
pub mod view;

use harness::check::Check;

/// Every check, in the order of the document.
pub fn checks() -> Vec<&'static Check> {
    [mesh::AREAS].into_iter().flatten().copied().flatten().copied().collect()
}
