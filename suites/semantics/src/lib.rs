//! What Istio and Knative make of objects: views and parsed values in, facts out.
//!
//! Nothing here reads a cluster or waits: a fact follows from what it is given, so that it can be held against Istio's
//! own code. What violates a requirement, and how that is said, is the business of checks.

pub mod certainty;
pub mod certificate;
pub mod flavour;
pub mod flaw;
pub mod istio;
pub mod kafka;
pub mod knative;
pub mod known_labels;
pub mod network_policy;
pub mod operator;
pub mod selection;
pub mod stand_in;
pub mod subset_index;
pub mod workload;
