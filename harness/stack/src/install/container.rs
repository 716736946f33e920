//! A container beside the cluster, on kind's network: outside the mesh, and reached from it by an address.
//!
//! It outlives this process, and is reused while it runs and its files are the same. Its data has no value, so in every other
//! case it is replaced.

use crate::container_engine::remove_container;
use crate::install::install_step::InstallStep;
use crate::install::step_spec::{ContainerFile, ContainerSpec};
use crate::program::{Program, ProgramError};
use cluster::apply::ObjectChange;
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
/// The label with the digest of what a container was made from.
const CONTENT_LABEL: &str = "meshproof.content";
/// The label with the cluster that a container belongs to.
const CLUSTER_LABEL: &str = "meshproof.cluster";
/// The mode of the files in it.
const FILE_MODE: u32 = 0o644;
/// How many hexadecimal digits of the digest are in the label.
const DIGEST_DIGITS: usize = 16;

/// A container beside the cluster could not be started or removed.
#[derive(Debug, Error)]
pub enum ContainerError {
    /// A fixture is broken.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// The engine's client failed.
    #[error(transparent)]
    Engine(#[from] ProgramError),
    /// It did not start.
    #[error("container {name} from image `{image}` did not start; its last lines: {log}")]
    Start {
        /// Its name.
        name: String,
        /// Its image.
        image: String,
        /// The last lines of its log.
        log: String,
        /// Why.
        #[source]
        source: Box<TestcontainersError>,
    },
}

/// A container that was started or reused.
pub(super) struct EnsuredContainer {
    /// Its address on kind's network.
    pub(super) address: IpAddr,
    pub(super) change: ObjectChange,
}

/// The name of a container for the engine.
pub(super) fn container_name(cluster: &str, container: &ContainerSpec) -> String {
    format!("meshproof-{cluster}-{}", container.name)
}

/// Starts a container, or reuses the one that runs. `budget` is the time that it has to be ready.
pub(super) async fn ensure(
    step: &InstallStep,
    container: &ContainerSpec,
    cluster: &str,
    inputs: &Inputs,
    values: &PlaceholderValues,
    budget: Duration,
) -> Result<EnsuredContainer, ContainerError> {
    let name = container_name(cluster, container);
    let image = image_of(container, inputs);
    let files = files(step, container, values)?;
    let content = content_digest(&image, container, &files);
    let change = if is_running(inputs, &name, &content).await? {
        ObjectChange::Unchanged
    } else {
        remove_container(inputs, &name).await?;
        ObjectChange::Created
    };
    let labels = [(CONTENT_LABEL, content.as_str()), (CLUSTER_LABEL, cluster)];
    let request = request(container, &name, &image, files).with_labels(labels).with_startup_timeout(budget);
    let started = async { request.start().await?.get_bridge_ip_address().await }.await;
    match started {
        Ok(address) => Ok(EnsuredContainer { address, change }),
        Err(source) => {
            let log = last_lines(inputs, &name).await;
            remove_container(inputs, &name).await?;
            Err(ContainerError::Start { name, image, log, source: Box::new(source) })
        }
    }
}

/// The image of a container: that of the step, unless an input names another.
pub(super) fn image_of(container: &ContainerSpec, inputs: &Inputs) -> String {
    inputs.install.kafka_image.clone().unwrap_or_else(|| container.image.clone())
}

async fn is_running(inputs: &Inputs, name: &str, content: &str) -> Result<bool, ProgramError> {
    let filters = [format!("name=^{name}$"), format!("label={CONTENT_LABEL}={content}")];
    let arguments = ["ps", "--quiet", "--filter", &filters[0], "--filter", &filters[1]];
    Ok(!Program::new(&inputs.tools.engine, arguments).run().await?.trim().is_empty())
}

async fn last_lines(inputs: &Inputs, name: &str) -> String {
    // The engine's client prints the log on both streams, of which only stdout is read.
    let log = Program::new(&inputs.tools.engine, ["logs", "--tail", "3", name]).run().await;
    let lines = log.map(|log| log.lines().map(str::trim).collect::<Vec<_>>().join(" / "));
    lines.ok().filter(|lines| !lines.is_empty()).unwrap_or_else(|| "(none)".to_owned())
}

/// The files of a container, rendered: path → text.
fn files(
    step: &InstallStep,
    container: &ContainerSpec,
    values: &PlaceholderValues,
) -> Result<Vec<(String, String)>, FixtureError> {
    let read = |file: &ContainerFile| {
        let template = match &file.fixture {
            Some(name) => step.files.get(name).ok_or_else(|| FixtureError::Missing(name.clone()))?,
            None => file.text.as_ref().ok_or_else(|| FixtureError::Missing(file.path.clone()))?,
        };
        // A shell script is not rendered: its `${…}` are the shell's.
        let is_script = file.path.rsplit_once('.').is_some_and(|(_, extension)| extension == "sh");
        let text = if is_script { template.clone() } else { fixtures::render_text(template, values)? };
        Ok((file.path.clone(), text))
    };
    container.files.iter().map(read).collect()
}

/// The digest of all that a container is made from.
fn content_digest(image: &str, container: &ContainerSpec, files: &[(String, String)]) -> String {
    let content = format!("{image}\n{:?}\n{files:?}", container.command);
    Digest::of_bytes(content.as_bytes()).to_string().chars().take(DIGEST_DIGITS).collect()
}

fn request(
    container: &ContainerSpec,
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
        request.with_copy_to(CopyTargetOptions::new(path).with_mode(FILE_MODE), text.into_bytes())
    })
}
