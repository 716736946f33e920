//! The binary of the probe: `client` carries out orders that it receives on loopback, `server` responds with the
//! requests that it received, and `ready` asks the client of the same machine whether it takes orders.

use anyhow::{Context as _, bail};
use probe::roles::{Settings, client, server};
use std::env;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

const USAGE: &str = "usage: meshproof-probe client | server | ready";

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let settings = Settings::from_variables(|name| env::var(name).ok()).context("settings")?;
    match env::args().nth(1).as_deref() {
        Some("client") => Ok(client::serve(&settings, probe::roles::terminated()?).await?),
        Some("server") => Ok(server::serve(&settings, probe::roles::terminated()?).await?),
        Some("ready") => client::is_ready(&settings).await.map_err(anyhow::Error::msg),
        _ => bail!(USAGE),
    }
}
