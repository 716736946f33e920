//! The shape of `step.yaml`: where the objects of a step come from, and which conditions end it.

use crate::install::wait_condition::WaitCondition;
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// A `step.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepSpec {
    /// The step's name for a person.
    pub title: String,
    /// The steps that have to be done before it.
    #[serde(default)]
    pub after: Vec<String>,
    /// A program that prints objects.
    pub program: Option<ProgramSource>,
    /// A file, or an address, that holds objects.
    pub manifest: Option<ManifestSource>,
    /// A container beside the cluster.
    pub container: Option<ContainerSpec>,
    /// The field managers that keep their fields; see `cluster::apply`.
    #[serde(default)]
    pub yield_to: Vec<String>,
    /// The conditions that end the step.
    #[serde(default)]
    pub until: Vec<WaitCondition>,
    /// The time that it may take, before the run's budget factor.
    #[serde(default = "two_minutes", deserialize_with = "deserialize_duration")]
    pub budget: Duration,
    /// What controllers leave behind when the step's own objects are gone, which an uninstallation removes.
    #[serde(default)]
    pub leaves: Vec<ControllerRemains>,
}

/// A program that prints objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSource {
    /// Which of the inputs' tools.
    pub tool: Tool,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The file beside the step that it reads on stdin.
    pub stdin: String,
}

/// A program of the inputs' `tools`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// istioctl.
    Istioctl,
}

/// A file, or an address, that holds objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSource {
    /// The input that names it.
    pub input: String,
    /// The address where a pinned release is published, for when the input is not set.
    pub address: String,
}

/// A container beside the cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerSpec {
    /// The last part of the container's name: `kafka`.
    pub name: String,
    /// Its image.
    pub image: String,
    /// The arguments of its shell.
    pub command: Vec<String>,
    /// The files that are put into it.
    pub files: Vec<ContainerFile>,
    /// The text that it prints when it is ready.
    pub ready: String,
    /// The placeholder that stands for its address in later steps.
    pub address: String,
}

/// A file in a container.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerFile {
    /// Its path in the container.
    pub path: String,
    /// The file beside the step that is its template. Without one, `text` is.
    pub fixture: Option<String>,
    /// Its template.
    pub text: Option<String>,
}

/// Objects that controllers leave behind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ControllerRemains {
    /// The version of their API.
    pub api_version: String,
    /// Their kind.
    pub kind: String,
    /// A label selector.
    pub labels: String,
    /// Their grace period in seconds. `None`: the one that they ask for.
    pub grace_seconds: Option<u32>,
}

fn two_minutes() -> Duration {
    Duration::from_mins(2)
}

/// Reads a duration as a person writes it: `90s`.
pub fn deserialize_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}
