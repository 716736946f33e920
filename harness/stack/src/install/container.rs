//! A container beside the cluster, on kind's network: outside the mesh, and reached from it by an address.
//!
//! It outlives this process. It is taken again as long as it runs and was made from the same files; what it holds has no
//! value, so in every other case it is made anew.

use crate::install::spec::Container;
use crate::install::step::Step;
use crate::program::{Program, ProgramError};
use cluster::apply::Change;
use fixtures::{FixtureError, PlaceholderValues};
use inputs::Inputs;
use std::net::IpAddr;
use std::time::Duration;
use testcontainers::core::WaitFor;
use testcontainers::runners::AsyncRunner;
use testcontainers::{
    ContainerRequest, CopyTargetOptions, GenericImage, ImageExt, ReuseDirective, TestcontainersError,
};
use thiserror::Error;
use vocabulary::Digest;

/// The network on which kind puts its nodes.
const NETWORK: &str = "kind";
/// The label that tells what a container was made from.
const CONTENT: &str = "meshproof.content";
/// The label that tells whose container it is.
const CLUSTER: &str = "meshproof.cluster";
const READABLE: u32 = 0o644;

/// A container beside the cluster could not be had.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// A fixture is broken.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// The engine could not be asked.
    #[error(transparent)]
    Engine(#[from] ProgramError),
    /// It does not start.
    #[error("container {name} from image `{image}` did not start; its last lines: {log}")]
    Start {
        /// Its name.
        name: String,
        /// Its image.
        image: String,
        /// What it said last.
        log: String,
        /// Why.
        #[source]
        source: Box<TestcontainersError>,
    },
}

/// A container that runs.
pub(super) struct Running {
    pub(super) address: IpAddr,
    pub(super) change: Change,
}

/// The name of a cluster's container.
pub(super) fn name_of(cluster: &str, container: &Container) -> String {
    format!("meshproof-{cluster}-{}", container.name)
}

/// Starts it, or takes the one that runs.
pub(super) async fn ensure(
    step: &Step,
    container: &Container,
    cluster: &str,
    inputs: &Inputs,
    values: &PlaceholderValues,
    budget: Duration,
) -> Result<Running, ContainerError> {
    let name = name_of(cluster, container);
    let image = image_of(container, inputs);
    let files = files(step, container, values)?;
    let content = digest(&image, container, &files);
    let change = if is_running(inputs, &name, &content).await? {
        Change::Unchanged
    } else {
        remove(inputs, &name).await?;
        Change::Created
    };
    let labels = [(CONTENT, content.as_str()), (CLUSTER, cluster)];
    let request = request(container, &name, &image, files).with_labels(labels).with_startup_timeout(budget);
    let started = async { request.start().await?.get_bridge_ip_address().await }.await;
    match started {
        Ok(address) => Ok(Running { address, change }),
        Err(source) => {
            let log = last_lines(inputs, &name).await;
            remove(inputs, &name).await?;
            Err(ContainerError::Start { name, image, log, source: Box::new(source) })
        }
    }
}

/// Removes it, running or not.
pub(super) async fn remove(inputs: &Inputs, name: &str) -> Result<bool, ContainerError> {
    let engine = &inputs.tools.engine;
    let filter = format!("name=^{name}$");
    let found = Program::new(engine, ["ps", "--all", "--quiet", "--filter", &filter]).run().await?;
    if found.trim().is_empty() {
        return Ok(false);
    }
    Program::new(engine, ["rm", "--force", "--volumes", name]).run().await?;
    Ok(true)
}

/// Its image: a step names one, and an input may name another.
pub(super) fn image_of(container: &Container, inputs: &Inputs) -> String {
    inputs.install.kafka_image.clone().unwrap_or_else(|| container.image.clone())
}

async fn is_running(inputs: &Inputs, name: &str, content: &str) -> Result<bool, ProgramError> {
    let filters = [format!("name=^{name}$"), format!("label={CONTENT}={content}")];
    let arguments = ["ps", "--quiet", "--filter", &filters[0], "--filter", &filters[1]];
    Ok(!Program::new(&inputs.tools.engine, arguments).run().await?.trim().is_empty())
}

async fn last_lines(inputs: &Inputs, name: &str) -> String {
    // The log comes on both streams; the shell of the engine's client keeps them apart, so stdout alone is shown.
    let log = Program::new(&inputs.tools.engine, ["logs", "--tail", "3", name]).run().await;
    let lines = log.map(|log| log.lines().map(str::trim).collect::<Vec<_>>().join(" / "));
    lines.ok().filter(|lines| !lines.is_empty()).unwrap_or_else(|| "(none)".to_owned())
}

fn files(
    step: &Step,
    container: &Container,
    values: &PlaceholderValues,
) -> Result<Vec<(String, String)>, FixtureError> {
    let read = |file: &crate::install::spec::File| {
        let template = match &file.fixture {
            Some(name) => step.files.get(name).ok_or_else(|| FixtureError::Missing(name.clone()))?,
            None => file.text.as_ref().ok_or_else(|| FixtureError::Missing(file.path.clone()))?,
        };
        // A shell script has `${…}` of its own.
        let is_script = file.path.rsplit_once('.').is_some_and(|(_, extension)| extension == "sh");
        let text = if is_script { template.clone() } else { fixtures::render_text(template, values)? };
        Ok((file.path.clone(), text))
    };
    container.files.iter().map(read).collect()
}

fn digest(image: &str, container: &Container, files: &[(String, String)]) -> String {
    let content = format!("{image}\n{:?}\n{files:?}", container.command);
    Digest::of_bytes(content.as_bytes()).short().to_owned()
}

fn request(
    container: &Container,
    name: &str,
    image: &str,
    files: Vec<(String, String)>,
) -> ContainerRequest<GenericImage> {
    let (repository, tag) = match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (image, "latest"),
    };
    let request = GenericImage::new(repository, tag)
        .with_entrypoint("/bin/sh")
        .with_wait_for(WaitFor::message_on_stdout(&container.ready))
        .with_cmd(&container.command)
        .with_container_name(name)
        .with_network(NETWORK)
        .with_reuse(ReuseDirective::Always)
        // The nodes reach it on their network; nothing of it is published on this machine.
        .with_host_config_modifier(|host| host.publish_all_ports = Some(false));
    files.into_iter().fold(request, |request, (path, text)| {
        request.with_copy_to(CopyTargetOptions::new(path).with_mode(READABLE), text.into_bytes())
    })
}
