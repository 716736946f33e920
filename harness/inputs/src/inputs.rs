//! Inputs: what a person may set, in one struct, with the document's values as defaults.
//!
//! One precedence, the later wins: the document's default, what was discovered on the cluster, `meshproof.toml`,
//! the environment (`MESHPROOF_KAFKA__USER`), flags. `meshproof config` shows each value and where it came from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use vocabulary::Tier;

/// Where the cluster comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// A kind cluster that meshproof makes, reuses by name, and deletes.
    Kind,
    /// A cluster that exists: a named context of a kubeconfig.
    Live,
    /// The reference recording: no cluster at all.
    Recording,
}

/// Where images and manifests of the stack come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Supply {
    /// Released images and manifests, from where their projects publish them.
    Internet,
    /// Images and manifests that `ci/lab` built on this machine.
    Lab,
}

/// The inputs on which verdicts depend; the others tell where a cluster comes from and where reports go.
pub const JUDGED: &[&str] = &["flavour", "budget_factor", "mesh", "serverless", "kafka", "tls", "namespaces"];

/// What a person may set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Inputs {
    /// Where the cluster comes from: `kind`, `live` or `recording`. Absent: `live` when a context is named.
    pub provider: Option<ProviderKind>,
    /// The kubeconfig context of a live cluster. Never guessed.
    pub context: Option<String>,
    /// The kubeconfig of a live cluster; `$KUBECONFIG` or `~/.kube/config` otherwise.
    pub kubeconfig: Option<PathBuf>,
    /// `upstream`, `ossm2`, `ossm3`, or `auto`: detected from the control plane of the knative-serving namespace.
    pub flavour: String,
    /// What the run may do to a live cluster: `read`, `traffic` or `disruptive`. A kind cluster of ours allows all.
    pub allow: Tier,
    /// Where images and manifests of the stack come from: `internet` or `lab`.
    pub supply: Supply,
    /// One factor on every budget.
    pub budget_factor: f64,
    /// The folder that runs are written to.
    pub out: PathBuf,
    /// The mesh.
    pub mesh: MeshInputs,
    /// Knative Serving and Eventing.
    pub serverless: ServerlessInputs,
    /// Kafka.
    pub kafka: KafkaInputs,
    /// Certificates.
    pub tls: TlsInputs,
    /// The in-cluster probe.
    pub probe: ProbeInputs,
    /// Namespaces that checks with traffic make.
    pub namespaces: NamespaceInputs,
    /// The kind provider.
    pub kind: KindInputs,
    /// The installation.
    pub install: InstallInputs,
    /// Programs that are run.
    pub tools: ToolInputs,
    /// Regular expressions of what is secret, besides the shapes that are known: it is neither judged nor written.
    pub redact: Vec<String>,
}

/// The mesh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MeshInputs {
    /// The namespace of the control plane, which is the mesh's root namespace.
    pub namespace: String,
    /// The namespace of the gateway pods and of the Service `knative-local-gateway`.
    pub gateway_namespace: String,
    /// Namespaces, besides those of Knative, whose workloads belong to the mesh.
    pub members: Vec<String>,
}

/// Knative Serving and Eventing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerlessInputs {
    /// The namespace of Knative Serving and its Gateways.
    pub serving_namespace: String,
    /// The namespace of Knative Eventing.
    pub eventing_namespace: String,
    /// The domain under which Knative Services are reached from outside.
    pub domain: Option<String>,
    /// The DNS domain of the cluster.
    pub cluster_domain: String,
}

/// Kafka.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KafkaInputs {
    /// The bootstrap servers, `host:port` each. On a cluster they are read from KnativeKafka or Knative's ConfigMaps.
    pub bootstrap_servers: Vec<String>,
    /// The SASL/SCRAM user.
    pub user: String,
    /// The SASL/SCRAM password. Never printed, never recorded.
    #[serde(skip_serializing)]
    pub password: Option<String>,
    /// The PEM file of the root CA that Kafka's clients trust.
    pub root_ca: Option<PathBuf>,
    /// The PEM file of the certificate with which a client presents itself to Kafka.
    pub client_certificate: Option<PathBuf>,
    /// The PEM file of its private key.
    pub client_key: Option<PathBuf>,
}

/// Certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TlsInputs {
    /// The PEM file of the root CA that clients of the ingress gateway trust.
    pub root_ca: Option<PathBuf>,
    /// The PEM file of roots that a client on this machine trusts by itself; the machine's own store otherwise.
    pub machine_roots: Option<PathBuf>,
}

/// The in-cluster probe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProbeInputs {
    /// The probe's image.
    pub image: Option<String>,
    /// The registry that it is pulled from instead of the image's own, for a cluster that reaches only a mirror.
    pub registry: Option<String>,
    /// The Secret with which the image is pulled, `namespace/name`; it is copied beside the pods that run it.
    pub pull_secret: Option<String>,
}

/// Namespaces that checks with traffic make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NamespaceInputs {
    /// For workloads in the mesh.
    pub mesh: String,
    /// For workloads outside the mesh.
    pub foreign: String,
}

/// The kind provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KindInputs {
    /// The cluster's name.
    pub name: String,
    /// The node image; kind's own default otherwise.
    pub node_image: Option<String>,
}

/// The installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InstallInputs {
    /// The Knative operator's manifest: a file or an https address. The pinned release otherwise.
    pub knative_operator_manifest: Option<String>,
    /// The image of the Kafka broker beside the cluster. The pinned release otherwise.
    pub kafka_image: Option<String>,
}

/// Programs that are run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ToolInputs {
    /// kind.
    pub kind: PathBuf,
    /// istioctl.
    pub istioctl: PathBuf,
    /// The container engine's client.
    pub engine: PathBuf,
}

impl ProbeInputs {
    /// The image, from the registry that is named instead of its own.
    pub fn resolved(&self) -> Option<String> {
        let image = self.image.as_ref()?;
        let Some(registry) = &self.registry else { return Some(image.clone()) };
        // The first part names a registry where it looks like a host.
        let rest = match image.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
            _ => image,
        };
        Some(format!("{}/{rest}", registry.trim_end_matches('/')))
    }
}

impl Inputs {
    /// The provider that is named, or follows from a named context, or `otherwise`.
    pub fn provider_or(&self, otherwise: ProviderKind) -> ProviderKind {
        match (self.provider, &self.context) {
            (Some(provider), _) => provider,
            (None, Some(_)) => ProviderKind::Live,
            (None, None) => otherwise,
        }
    }

    /// A check's budget in this run.
    pub fn scale(&self, budget: Duration) -> Duration {
        budget.mul_f64(self.budget_factor.clamp(0.01, 1000.0))
    }

    /// The namespaces whose workloads the document puts in the mesh: Knative's own and the configured members.
    pub fn member_namespaces(&self) -> Vec<&str> {
        let serverless = &self.serverless;
        [serverless.serving_namespace.as_str(), serverless.eventing_namespace.as_str()]
            .into_iter()
            .chain(self.mesh.members.iter().map(String::as_str))
            .collect()
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self {
            provider: None,
            context: None,
            kubeconfig: None,
            flavour: "auto".to_owned(),
            allow: Tier::Read,
            supply: Supply::Internet,
            budget_factor: 1.0,
            out: PathBuf::from("out"),
            mesh: MeshInputs::default(),
            serverless: ServerlessInputs::default(),
            kafka: KafkaInputs::default(),
            tls: TlsInputs::default(),
            probe: ProbeInputs::default(),
            namespaces: NamespaceInputs::default(),
            kind: KindInputs::default(),
            install: InstallInputs::default(),
            tools: ToolInputs::default(),
            redact: Vec::new(),
        }
    }
}

impl Default for MeshInputs {
    fn default() -> Self {
        Self {
            namespace: "istio-system".to_owned(),
            gateway_namespace: "istio-system".to_owned(),
            members: Vec::new(),
        }
    }
}

impl Default for ServerlessInputs {
    fn default() -> Self {
        Self {
            serving_namespace: "knative-serving".to_owned(),
            eventing_namespace: "knative-eventing".to_owned(),
            domain: None,
            cluster_domain: "cluster.local".to_owned(),
        }
    }
}

impl Default for KafkaInputs {
    fn default() -> Self {
        Self {
            bootstrap_servers: Vec::new(),
            user: "app".to_owned(),
            password: None,
            root_ca: None,
            client_certificate: None,
            client_key: None,
        }
    }
}

impl Default for NamespaceInputs {
    fn default() -> Self {
        Self { mesh: "meshproof-mesh".to_owned(), foreign: "meshproof-foreign".to_owned() }
    }
}

impl Default for KindInputs {
    fn default() -> Self {
        Self { name: "meshproof".to_owned(), node_image: None }
    }
}

impl Default for ToolInputs {
    fn default() -> Self {
        Self { kind: "kind".into(), istioctl: "istioctl".into(), engine: "docker".into() }
    }
}
