//! What a cluster must offer for a check to run.

use harness::check::Capability;

/// The mesh's APIs.
pub const ISTIO: Capability =
    Capability { name: "Istio", hint: "install the mesh, or name the context of a cluster that has one" };
/// The operator's API for Knative Serving.
pub const KNATIVE_SERVING: Capability =
    Capability { name: "KnativeServing", hint: "install the Knative operator or OpenShift Serverless" };
/// The operator's API for Knative Eventing.
pub const KNATIVE_EVENTING: Capability =
    Capability { name: "KnativeEventing", hint: "install the Knative operator or OpenShift Serverless" };
