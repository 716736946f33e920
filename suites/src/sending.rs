//! What checks with traffic send, along which way, and what came back in the words of a finding.

pub mod answer;
pub mod external_gateway;
pub mod hop;
pub mod kafka_order;
pub mod local_gateway;
pub mod place;
pub mod plaintext_refusal;
pub mod sidecar_statistics;
