//! The lab's stand-in for OpenShift: what its operators make of the document's objects, and its router.
//!
//! It does in the lab, and only there, what OpenShift Service Mesh and OpenShift Serverless do on every other cluster. One
//! binary is the image of all of them; its argument says which one it is. The data plane beneath is the lab's Istio, whatever
//! version a control plane asks for. What was read where stands beside what is made of it.
use std::env;

use anyhow::{Context as _, bail};
use kube::{Client, Config};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

mod changes;
mod clock;
mod cluster;
mod controller;
mod finalizer;
mod router;
mod serverless;
mod service_mesh;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).init();
    let role = env::args().nth(1).unwrap_or_default();
    let client = Client::try_from(Config::incluster().context("not in a cluster")?)?;

    // The first process of a container gets no default handlers: without one, SIGTERM would be ignored.
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = run(&role, client) => ended,
        _ = terminate.recv() => Ok(()),
    }
}

async fn run(role: &str, client: Client) -> anyhow::Result<()> {
    match role {
        "service-mesh" => service_mesh::run(client).await,
        "serverless" => serverless::run(client).await,
        "router" => return router::run(client).await,
        other => bail!("there is no operator `{other}`"),
    }
    Ok(())
}
