//! Containers of a pod: the fields that tell about the sidecar, and about what injection changed in other containers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The environment variable of the sidecar with the mesh's `defaultConfig`, merged with the pod's own.
pub const PROXY_CONFIG: &str = "PROXY_CONFIG";

/// A container.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image; only those of a sidecar and of a control plane are kept, which tell their product.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mesh_image")]
    pub image: Option<String>,
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
    /// `TCP` or `UDP`; `TCP` when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
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

/// Whether an image is that of a sidecar or of a control plane, by what its repository is called.
fn is_mesh_image(image: &str) -> bool {
    // Behind the last slash there is neither the port of a registry nor a path.
    let name = image.rsplit('/').next().unwrap_or(image);
    name.contains("proxyv2") || name.contains("pilot")
}

fn mesh_image<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|image| is_mesh_image(image)))
}

/// The containers of a pod template that have an image of a mesh, with nothing else. What is no container is left to whoever
/// reads it.
pub(crate) fn mesh_containers<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Container>, D::Error> {
    let containers = Value::deserialize(deserializer)?;
    let image = |container: &Value| {
        Some((container["name"].as_str()?.to_owned(), container["image"].as_str()?.to_owned()))
    };
    let images = containers.as_array().into_iter().flatten().filter_map(image);
    let of_mesh = images.filter(|(_, image)| is_mesh_image(image));
    Ok(of_mesh.map(|(name, image)| Container { name, image: Some(image), ..Container::default() }).collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::sidecar("registry.redhat.io/openshift-service-mesh/proxyv2-rhel8@sha256:1", true)]
    #[case::control_plane("docker.io/istio/pilot:1.27.3", true)]
    #[case::with_port("mirror:5000/proxyv2", true)]
    #[case::path_alone("proxyv2.example.com/queue", false)]
    #[case::other("gcr.io/knative-releases/queue", false)]
    fn images_of_a_mesh_are_kept(#[case] image: &str, #[case] expected: bool) {
        let container: Container = serde_json::from_value(json!({"name": "a", "image": image})).unwrap();
        assert_eq!(container.image.as_deref(), expected.then_some(image));
        let is_written = serde_json::to_value(&container).unwrap().get("image").is_some();
        assert_eq!(is_written, expected, "recordings without it stay as they are");
    }
}
