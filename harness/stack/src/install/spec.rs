//! What `step.yaml` says: where the objects of a step come from, and the condition that ends it.

use crate::install::condition::Condition;
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// A step of an installation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The step for a person.
    pub title: String,
    /// The steps that have to be done before it.
    #[serde(default)]
    pub after: Vec<String>,
    /// A program that prints objects.
    pub program: Option<ProgramSource>,
    /// A file, or an address, that holds objects.
    pub manifest: Option<ManifestSource>,
    /// A container beside the cluster.
    pub container: Option<Container>,
    /// The field managers whose fields are left to them; see `cluster::apply`.
    #[serde(default)]
    pub yield_to: Vec<String>,
    /// What ends the step.
    #[serde(default)]
    pub until: Vec<Condition>,
    /// The time that it may take, before the run's budget factor.
    #[serde(default = "two_minutes", deserialize_with = "duration")]
    pub budget: Duration,
    /// What others leave behind when the step's own objects are gone; an uninstallation removes it.
    #[serde(default)]
    pub leaves: Vec<Leftover>,
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
pub struct Container {
    /// The last part of its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// What its shell runs.
    pub command: Vec<String>,
    /// The files that are put into it.
    pub files: Vec<File>,
    /// What it prints when it is ready.
    pub ready: String,
    /// The placeholder under which later steps find its address.
    pub address: String,
}

/// A file in a container.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where it is put.
    pub path: String,
    /// The file beside the step that it is made from.
    pub fixture: Option<String>,
    /// Its text.
    pub text: Option<String>,
}

/// Objects that others leave behind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Leftover {
    /// The version of their API.
    pub api_version: String,
    /// Their kind.
    pub kind: String,
    /// A label selector.
    pub labels: String,
    /// How long they may take to end, 0 for not at all; their own time otherwise.
    pub grace_seconds: Option<u32>,
}

fn two_minutes() -> Duration {
    Duration::from_mins(2)
}

/// A duration as a person writes it: `90s`.
pub fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(serde::de::Error::custom)
}
