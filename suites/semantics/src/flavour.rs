//! The flavours: families of products in which the requirements are read the same way.

use vocabulary::Flavour;

/// Istio with the Knative operator.
pub const UPSTREAM: Flavour = Flavour("upstream");
/// OpenShift Service Mesh 2 (Maistra) with OpenShift Serverless: the flavour of the reference document.
pub const OSSM2: Flavour = Flavour("ossm2");
/// OpenShift Service Mesh 3 (Sail) with OpenShift Serverless.
pub const OSSM3: Flavour = Flavour("ossm3");
/// Stands where nothing tells which of them it is. Nobody can name it.
pub const UNKNOWN: Flavour = Flavour::UNKNOWN;
/// Every flavour.
pub const ALL: &[Flavour] = &[UPSTREAM, OSSM2, OSSM3];
