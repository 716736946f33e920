//! The checks of meshproof: what the reference document requires, one file a requirement.

pub mod gateways;
pub mod https;
pub mod judging;
pub mod kafka;
pub mod mesh;
pub mod mtls;
pub mod prerequisites;
pub mod reading;
pub mod sending;
pub mod serverless;

use crate::reading::capability::offered_capabilities;
use crate::reading::derived_objects::derived_objects;
use crate::reading::detection::detect;
use crate::reading::diagnostics::DIAGNOSTICS;
use run::Registry;
use semantics::flavour;
use world::Check;

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

/// What is read by a name that only the cluster tells, with the names of the document.
const NAMED_BY_CLUSTER: &[(&str, &str)] = &[
    ("configmaps/istio", "of an istiod with a revision: `istio-<revision>`"),
    (
        "configmaps/istio-sidecar-injector",
        "of an istiod with a revision: `istio-sidecar-injector-<revision>`",
    ),
    (
        "secrets/wildcard-certs",
        "the one that `credentialName` of the Gateway `knative-ingress-gateway` names",
    ),
];

/// What the harness is handed.
pub fn suites() -> Registry {
    Registry {
        checks: checks(),
        capabilities: offered_capabilities,
        detect: |world, inputs| Box::pin(detect(world, inputs)),
        derive: derived_objects,
        diagnostics: DIAGNOSTICS,
        flavours: flavour::ALL,
        recordings: &[
            ("reference", include_str!("../../fixtures/recordings/reference.json")),
            ("broken", include_str!("../../fixtures/recordings/broken.json")),
            ("ossm2", include_str!("../../fixtures/recordings/ossm2.json")),
        ],
        read_table: include_str!("../../fixtures/reads.json"),
        named_by_cluster: NAMED_BY_CLUSTER,
        fault_recordings: include_str!("../../fixtures/recordings/faults.json"),
    }
}
