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

/// What the harness is handed.
pub fn suites() -> harness::suites::Suites {
    harness::suites::Suites {
        checks: checks(),
        flavours: &[flavour::UPSTREAM, flavour::OSSM2, flavour::OSSM3],
        capabilities: capability::of,
        detect: |world, inputs| Box::pin(flavour::detect(world, inputs)),
        recording: include_str!("../../fixtures/recordings/upstream.json"),
    }
}
