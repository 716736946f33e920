//! Stopping a container beside the cluster, and starting it again at the same address.

use crate::install::container::{ContainerError, container_name};
use crate::install::error::InstallError;
use crate::install::step_fixtures::{flavour_of_stack, read_steps};
use crate::program::{Program, ProgramError};
use cluster::poll;
use inputs::Inputs;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

const NETWORK_ADDRESS: &str = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
const STARTED_AT: &str = "{{.State.StartedAt}}";
/// How long a container may take to be ready again.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// The pause between two looks at its log.
const PAUSE: Duration = Duration::from_millis(500);

/// A container beside the cluster could not be stopped or started.
#[derive(Debug, Error)]
pub enum HaltError {
    /// The stack has none of that name.
    #[error("the stack has no container `{0}`")]
    Unknown(String),
    /// It does not run.
    #[error("container {0} does not run")]
    Down(String),
    /// The fixtures of the stack cannot be read.
    #[error(transparent)]
    Stack(#[from] Box<InstallError>),
    /// It could not be started or removed.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The engine's client failed.
    #[error(transparent)]
    Engine(#[from] ProgramError),
    /// It was not ready in time.
    #[error("container {name} was started and is not ready: `{ready}` is not in its log")]
    Silent {
        /// Its name.
        name: String,
        /// The text that it prints when it is ready.
        ready: String,
    },
    /// It was started at another address.
    #[error("container {name}: expected address {expected}, observed {observed}")]
    Moved {
        /// Its name.
        name: String,
        /// The address that it had.
        expected: String,
        /// The address that it has.
        observed: String,
    },
}

/// A running container, with what is needed to start it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningContainer {
    /// Its name for the engine.
    pub name: String,
    /// Its address on kind's network.
    pub address: String,
    /// The text that it prints when it is ready.
    pub ready: String,
}

/// Finds the running container that `step.yaml` calls `name`.
pub async fn find(name: &str, inputs: &Inputs) -> Result<RunningContainer, HaltError> {
    let steps = read_steps(inputs, flavour_of_stack(inputs, None)).map_err(Box::new)?;
    let mut specs = steps.iter().filter_map(|step| step.spec.container.as_ref());
    let spec = specs.find(|spec| spec.name == name).ok_or_else(|| HaltError::Unknown(name.to_owned()))?;
    let name = container_name(&inputs.kind.name, spec);
    let address = inspect(inputs, &name, NETWORK_ADDRESS).await?;
    if address.is_empty() {
        return Err(HaltError::Down(name));
    }
    Ok(RunningContainer { name, address, ready: spec.ready.clone() })
}

/// Stops a container without a grace period.
pub async fn stop(running: &RunningContainer, inputs: &Inputs) -> Result<(), HaltError> {
    Program::new(&inputs.tools.engine, ["stop", "--time", "0", &running.name]).run().await?;
    Ok(())
}

/// Starts a container, if it does not run, and waits until it is ready.
pub async fn start(running: &RunningContainer, inputs: &Inputs) -> Result<(), HaltError> {
    let engine = &inputs.tools.engine;
    Program::new(engine, ["start", &running.name]).run().await?;
    let started = inspect(inputs, &running.name, STARTED_AT).await?;
    let deadline = Instant::now() + inputs.scaled_budget(READY_WITHIN);
    let is_ready = async || {
        let log = Program::new(engine, ["logs", "--since", &started, &running.name]).run().await;
        log.map(|log| log.contains(&running.ready))
    };
    let name = running.name.clone();
    match poll::until(PAUSE, deadline, is_ready, |answer| !matches!(answer, Ok(false))).await {
        Ok(answer) => drop(answer?),
        Err(_) => return Err(HaltError::Silent { name, ready: running.ready.clone() }),
    }
    let observed = inspect(inputs, &name, NETWORK_ADDRESS).await?;
    if observed == running.address {
        return Ok(());
    }
    Err(HaltError::Moved { name, expected: running.address.clone(), observed })
}

async fn inspect(inputs: &Inputs, name: &str, format: &str) -> Result<String, ProgramError> {
    let output = Program::new(&inputs.tools.engine, ["inspect", "--format", format, name]).run().await?;
    Ok(output.trim().to_owned())
}
