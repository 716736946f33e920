//! Containers of a pod: the fields that tell about the sidecar, and about what injection changed in other containers.

use serde::{Deserialize, Serialize};

/// The environment variable of the sidecar with the mesh's `defaultConfig`, merged with the pod's own.
pub const PROXY_CONFIG: &str = "PROXY_CONFIG";

/// A container.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its arguments; only those of `istio-init` are kept, which say what to redirect.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "init_args")]
    pub args: Vec<String>,
    /// Its environment; only `PROXY_CONFIG` is kept.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "proxy_config")]
    pub env: Vec<EnvVar>,
    /// Its ports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<ContainerPort>,
    /// Its readiness probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_probe: Option<KubeletProbe>,
    /// Its liveness probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_probe: Option<KubeletProbe>,
    /// `Always` makes a sidecar of an init container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<String>,
}

/// An environment variable.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// A port of a container.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its number.
    pub container_port: u16,
}

/// A probe of the kubelet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubeletProbe {
    /// The HTTP request, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_get: Option<HttpGetAction>,
}

/// An HTTP request of the kubelet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HttpGetAction {
    /// The port, by number or name.
    pub port: IntOrString,
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntOrString {
    /// By number.
    Int(u16),
    /// By name.
    String(String),
}

impl Default for IntOrString {
    fn default() -> Self {
        Self::Int(0)
    }
}

impl std::fmt::Display for IntOrString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::String(name) => f.write_str(name),
        }
    }
}

/// The status of a container.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContainerStatus {
    /// Its name.
    pub name: String,
    /// Whether it is ready.
    pub ready: bool,
}

impl Container {
    /// The argument that follows a flag.
    pub fn argument(&self, flag: &str) -> Option<&str> {
        let position = self.args.iter().position(|argument| argument == flag)?;
        self.args.get(position + 1).map(String::as_str)
    }
}

fn init_args<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let args = Vec::<String>::deserialize(deserializer)?;
    let is_init = args.first().is_some_and(|first| first == "istio-iptables");
    Ok(if is_init { args } else { Vec::new() })
}

fn proxy_config<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<EnvVar>, D::Error> {
    let variables = Vec::<EnvVar>::deserialize(deserializer)?;
    Ok(variables.into_iter().filter(|variable| variable.name == PROXY_CONFIG).collect())
}
