//! What `step.yaml` says: where the objects of a step come from, and the condition that ends it.

use super::condition::Condition;
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// A step of an installation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The step for a person.
    pub(crate) title: String,
    /// The steps that have to be done before it.
    #[serde(default)]
    pub(crate) after: Vec<String>,
    /// A program that prints objects.
    pub(crate) program: Option<ProgramSource>,
    /// A file, or an address, that holds objects.
    pub(crate) manifest: Option<ManifestSource>,
    /// A container beside the cluster.
    pub(crate) container: Option<Container>,
    /// The field managers whose fields are left to them; see `cluster::apply`.
    #[serde(default)]
    pub(crate) yield_to: Vec<String>,
    /// What ends the step.
    #[serde(default)]
    pub(crate) until: Vec<Condition>,
    /// The time that it may take, before the run's budget factor.
    #[serde(default = "two_minutes", deserialize_with = "duration")]
    pub(crate) budget: Duration,
    /// What others leave behind when the step's own objects are gone; an uninstallation removes it.
    #[serde(default)]
    pub(crate) leaves: Vec<Leftover>,
}

/// A program that prints objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramSource {
    /// Which of the inputs' tools.
    pub(crate) tool: Tool,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// The file beside the step that it reads on stdin.
    pub(crate) stdin: String,
}

/// A program of the inputs' `tools`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tool {
    Istioctl,
}

/// A file, or an address, that holds objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManifestSource {
    /// The input that names it.
    pub(crate) input: String,
    /// The address where a pinned release is published, for when the input is not set.
    pub(crate) address: String,
}

/// A container beside the cluster.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Container {
    /// The last part of its name.
    pub(crate) name: String,
    /// Its image.
    pub(crate) image: String,
    /// What its shell runs.
    pub(crate) command: Vec<String>,
    /// The files that are put into it.
    pub(crate) files: Vec<File>,
    /// What it prints when it is ready.
    pub(crate) ready: String,
    /// The placeholder under which later steps find its address.
    pub(crate) address: String,
}

/// A file in a container.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Where it is put.
    pub(crate) path: String,
    /// The file beside the step that it is made from.
    pub(crate) fixture: Option<String>,
    /// Its text.
    pub(crate) text: Option<String>,
}

/// Objects that others leave behind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Leftover {
    /// The version of their API.
    pub(crate) api_version: String,
    /// Their kind.
    pub(crate) kind: String,
    /// A label selector.
    pub(crate) labels: String,
    /// How long they may take to end, 0 for not at all; their own time otherwise.
    pub(crate) grace_seconds: Option<u32>,
}

fn two_minutes() -> Duration {
    Duration::from_mins(2)
}

/// A duration as a person writes it: `90s`.
pub(crate) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}
