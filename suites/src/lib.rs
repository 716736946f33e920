//! The checks of meshproof: what the reference document requires, one file a requirement.

pub mod bootstrap;
pub mod capability;
pub mod certificate;
pub mod config_istio;
pub mod control_plane;
pub mod discovery;
pub mod evidence;
pub mod flavour;
pub mod gateways;
pub mod hop;
pub mod https;
pub mod ingress;
pub mod injection;
pub mod kafka;
pub mod kafka_listener;
pub mod local_gateway;
pub mod mesh;
pub mod mesh_setting;
pub mod mtls;
pub mod place;
pub mod plaintext;
pub mod prerequisites;
pub mod sample;
pub mod selection;
pub mod serverless;
pub mod trust;
pub mod wildcard_conflict;

use harness::check::Check;
use harness::suites::Suites;

/// Every check, in the order of the document.
pub fn checks() -> Vec<&'static Check> {
    [
        prerequisites::AREAS,
        mesh::AREAS,
        gateways::AREAS,
        serverless::AREAS,
        kafka::AREAS,
        mtls::AREAS,
        https::AREAS,
    ]
    .into_iter()
    .flatten()
    .copied()
    .flatten()
    .copied()
    .collect()
}

/// What the harness is handed.
pub fn suites() -> Suites {
    Suites {
        checks: checks(),
        capabilities: capability::of,
        detect: |world, inputs| Box::pin(flavour::detect(world, inputs)),
        evidence: evidence::WITNESSES,
        flavours: flavour::ALL,
        recordings: &[
            ("reference", include_str!("../../fixtures/recordings/reference.json")),
            ("broken", include_str!("../../fixtures/recordings/broken.json")),
        ],
        faulted: include_str!("../../fixtures/recordings/faults.json"),
    }
}
