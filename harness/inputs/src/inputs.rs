//! Inputs: what a person may set, in one struct, with the document's values as defaults.
//!
//! `meshproof.toml` spells them as here: `[mesh] namespace = "…"`; an environment variable as
//! `MESHPROOF_MESH__NAMESPACE`.

use crate::installation::{InstallInputs, Supply, ToolInputs};
use crate::kafka::KafkaInputs;
use crate::mesh::{MeshInputs, NamespaceInputs};
use crate::probe::ProbeInputs;
use crate::provider::{KindInputs, ProviderKind};
use crate::run_time::RunTime;
use crate::serverless::ServerlessInputs;
use crate::tls::TlsInputs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use vocabulary::Tier;

/// The keys of the inputs on which verdicts depend. The others say where a cluster comes from and where reports go.
pub const VERDICT_INPUTS: &[&str] =
    &["flavour", "budget_factor", "mesh", "serverless", "kafka", "tls", "namespaces"];

/// The factors on budgets with which a run makes sense.
pub const BUDGET_FACTORS: RangeInclusive<f64> = 0.01..=1000.0;

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
    /// How long a run may take, such as `10m`: it then ends as if somebody had stopped it. No end otherwise.
    pub timeout: Option<RunTime>,
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
    /// Regular expressions of secrets, besides the known shapes. What they match is neither judged nor written.
    pub redact: Vec<String>,
}

impl Inputs {
    /// The provider that is named, or `live` if a context is named, or else this default.
    pub fn provider_or_default(&self, default: ProviderKind) -> ProviderKind {
        match (self.provider, &self.context) {
            (Some(provider), _) => provider,
            (None, Some(_)) => ProviderKind::Live,
            (None, None) => default,
        }
    }

    /// A budget times the factor of this run. Merged inputs have a factor within the bounds; in a recording that somebody sent it
    /// can be anything, and is held within them.
    pub fn scaled_budget(&self, budget: Duration) -> Duration {
        let (least, most) = (*BUDGET_FACTORS.start(), *BUDGET_FACTORS.end());
        // The bounds of NaN are NaN, and a duration times that is a panic.
        let factor = if self.budget_factor.is_nan() { 1.0 } else { self.budget_factor.clamp(least, most) };
        budget.mul_f64(factor)
    }

    /// The namespaces whose workloads the document puts in the mesh: Knative's own and the configured members.
    pub fn member_namespaces(&self) -> Vec<&str> {
        let serverless = &self.serverless;
        [serverless.serving_namespace.as_str(), serverless.eventing_namespace.as_str()]
            .into_iter()
            .chain(self.mesh.members.iter().map(String::as_str))
            .collect()
    }

    /// The namespaces that are named: of the mesh and its gateways, of Knative, of members, and of checks with traffic.
    pub fn named_namespaces(&self) -> BTreeSet<String> {
        let of_mesh = [&self.mesh.namespace, &self.mesh.gateway_namespace];
        let of_checks = [&self.namespaces.mesh, &self.namespaces.foreign];
        let others = of_mesh.into_iter().chain(of_checks).map(String::as_str);
        others.chain(self.member_namespaces()).map(ToOwned::to_owned).collect()
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
            timeout: None,
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
