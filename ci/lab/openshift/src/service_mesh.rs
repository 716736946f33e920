//! The operator of OpenShift Service Mesh 2 (Maistra): control planes, and the namespaces that are their members.
//!
//! Read in maistra/istio-operator, branch maistra-2.6: `pkg/controller/servicemesh/{controlplane,memberroll,member}`,
//! `pkg/controller/versions/strategy_v2_6.go`, `resources/helm/v2.6`. What is edited by hand of what it made stays until the
//! control plane changes again, as there: its own reconciliation begins with a generation that it has not seen. Left out:
//! `mode: ClusterWide`, `maistra.io/v1`, egress gateways, add-ons, `runtime`, profiles other than its own.
mod control_plane;
mod control_plane_status;
mod injection_webhook;
mod istio_operator;
mod manifest;
mod member;
mod member_roll;
mod mutual_tls;
mod names;
mod network_policies;
mod roll_plan;

use kube::Client;

use crate::cluster::Cluster;
use names::MANAGER;

/// Reconciles for as long as the process lives.
pub(crate) async fn run(client: Client) {
    let cluster = || Cluster::new(client.clone(), MANAGER);
    tokio::join!(control_plane::run(cluster()), member_roll::run(cluster()), member::run(cluster()));
}
