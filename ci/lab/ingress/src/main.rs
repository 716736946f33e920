//! The lab's stand-in for net-istio, whose module no registry serves.
//!
//! It does in the lab, and only there, what net-istio does on every other cluster: it turns Knative's Ingresses
//! into Istio's `VirtualServices`. The Knative operator deploys net-istio as a controller and a webhook, and this
//! one binary is the image of both: each serves the ports that are probed, and the controller reconciles.
//! What it leaves out is never asserted in the lab: canonical labels, Gateways of a single ingress, validation of
//! config-istio at admission, and probing before `LoadBalancerReady`.
use std::env;

use anyhow::Context as _;
use kube::{Client, Config};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

mod config;
mod controller;
mod health;
mod hosts;
mod kingress;
mod probe_hash;
mod routes;
mod status;
mod virtual_service;

/// Set by the webhook's Deployment only.
const WEBHOOK_NAME: &str = "WEBHOOK_NAME";
const SYSTEM_NAMESPACE: &str = "SYSTEM_NAMESPACE";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).init();
    // The first provider wins, and there is no other in this process.
    let _ = rustls::crypto::ring::default_provider().install_default();

    // The first process of a container gets no default handlers: without one, SIGTERM would be ignored.
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        served = health::serve() => served,
        reconciled = reconcile() => reconciled,
        _ = terminate.recv() => Ok(()),
    }
}

/// Reconciles if this is the controller; the webhook has nothing to do.
async fn reconcile() -> anyhow::Result<()> {
    if env::var_os(WEBHOOK_NAME).is_some() {
        return std::future::pending().await;
    }
    let system_namespace =
        env::var(SYSTEM_NAMESPACE).with_context(|| format!("{SYSTEM_NAMESPACE} is not set"))?;
    let resolv_conf = std::fs::read_to_string(hosts::RESOLV_CONF).unwrap_or_default();
    let location =
        controller::Location { system_namespace, cluster_domain: hosts::parse_cluster_domain(&resolv_conf) };
    let client = Client::try_from(Config::incluster().context("not in a cluster")?)?;
    controller::run(client, location).await;
    Ok(())
}
