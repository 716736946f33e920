//! The operators of OpenShift Serverless: KnativeKafka, the Routes of Knative's Ingresses, and what it adds to Knative Serving
//! and Eventing beside a mesh. Knative itself is installed by the upstream operator.
//!
//! Read in openshift-knative/serverless-operator (1.38): `knative-operator/pkg/controller/knativekafka`,
//! `serving/ingress/pkg/reconciler/ingress`, `openshift-knative-operator/pkg/serving/ingress.go`, `pkg/istio/eventingistio`.
//! There they are three Deployments, here they are one. Left out: monitoring, dashboards, the quick start, the defaults that
//! are written into KnativeServing and KnativeEventing, and the roles of accounts whose pods ask nothing.
mod beside_mesh;
mod eventing_istio;
mod kafka;
mod kafka_config;
mod kafka_plan;
mod kafka_status;
mod kinds;
mod network_policies;
mod overrides;
mod owner;
mod route;
mod routes;
mod workload;

use kube::Client;

use crate::cluster::Cluster;

/// What writes objects, and the name that the real one has.
const MANAGER: &str = "knative-openshift";

/// Reconciles for as long as the process lives.
pub(crate) async fn run(client: Client) {
    let cluster = || Cluster::new(client.clone(), MANAGER);
    tokio::join!(kafka::run(cluster()), routes::run(cluster()), beside_mesh::run(cluster()));
}
