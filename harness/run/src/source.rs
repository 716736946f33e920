//! The source of a run's answers: a cluster, a recording or files; and what it says of itself before the first check.

use crate::error::RunError;
use crate::registry::{DetectError, Detection, Registry, describe_lists};
use crate::waiting::wait_telling;
use cluster::client::RequestPolicy;
use inputs::{InputLayers, Inputs};
use jiff::Timestamp;
use record::journal::RunHeader;
use record::{Recording, RecordingError, RunConditions};
use stack::provider::{Provider, ProviderError, first_request_error};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;
use vocabulary::{Flavour, Tier, foreign_json_error};
use world::{Files, LiveObjects, ObjectSource, not_read_notes};

/// How long telling the flavour and finding inputs may take.
const DETECTION: Duration = Duration::from_mins(1);

/// The source of a run's answers.
#[derive(Debug)]
pub enum RunSource {
    /// A cluster.
    Cluster(Box<dyn Provider>),
    /// A recording that is part of the program, by its name.
    Recording(&'static str, Box<Recording>),
    /// Files.
    Files(Box<Files>),
}

/// A source that was asked what it is.
#[derive(Debug)]
pub(crate) struct ResolvedSource {
    pub(crate) world: ObjectSource,
    pub(crate) flavour: Flavour,
    /// The object by which the flavour was detected.
    pub(crate) deciding_object: String,
    /// The versions of what was found: product → version.
    pub(crate) versions: BTreeMap<String, String>,
    /// All inputs, those that were found included.
    pub(crate) inputs: Inputs,
    /// What decides which checks run.
    pub(crate) conditions: RunConditions,
    /// What there is to say of what operators make of the objects.
    pub(crate) notes: Vec<String>,
}

impl RunSource {
    /// The source in a few words, for a person.
    pub fn describe(&self) -> String {
        match self {
            Self::Cluster(provider) => provider.describe(),
            Self::Recording(name, recording) => {
                format!("the {name} recording of {}", recording.about.header.at.strftime("%Y-%m-%d"))
            }
            Self::Files(files) => files.describe(),
        }
    }

    /// Asks the source what it is. A recording is judged by the inputs by which it was made.
    pub(crate) async fn resolve(
        &self,
        registry: &Registry,
        layers: &mut InputLayers,
        policy: &RequestPolicy,
    ) -> Result<ResolvedSource, RunError> {
        let inputs = layers.merge()?;
        if let Self::Recording(_, recording) = self {
            return ResolvedSource::of_recording(registry, recording, &inputs);
        }
        let (world, detection, notes) = discover(registry, &inputs, self, policy).await?;
        let Detection { flavour, deciding_object, discovered, versions } = detection;
        layers.discovered = discovered;
        let inputs = layers.merge()?;
        let capabilities = match self {
            Self::Cluster(provider) => registry.capability_names(world.served(), provider.capabilities()),
            Self::Recording(..) => registry.capability_names(world.served(), Vec::new()),
            Self::Files(files) => {
                registry.needed_capabilities().into_iter().filter(|name| files.offers(name)).collect()
            }
        };
        let has_probe = inputs.probe.image.is_some();
        let conditions = RunConditions {
            capabilities,
            allowed: self.allowed(),
            has_probe,
            is_files: matches!(self, Self::Files(_)),
        };
        Ok(ResolvedSource { world, flavour, deciding_object, versions, inputs, conditions, notes })
    }

    /// What the run is about, without secrets.
    pub(crate) fn header(&self, resolved: &ResolvedSource, run: String, warnings: &[String]) -> RunHeader {
        let redact = |text: &str| redact::text(text).into_owned();
        let versions = resolved.versions.iter().map(|(product, version)| (redact(product), redact(version)));
        RunHeader {
            run,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cluster: redact(&self.describe()),
            flavour: resolved.flavour.to_string(),
            evidence: redact(&resolved.deciding_object),
            versions: versions.collect(),
            allowed: resolved.conditions.allowed.to_string(),
            rerun: redact(&self.rerun_flags(&resolved.inputs)),
            warnings: warnings.iter().map(|warning| redact(warning)).collect(),
            at: Timestamp::now(),
        }
    }

    fn allowed(&self) -> Tier {
        match self {
            Self::Cluster(provider) => provider.allowed(),
            Self::Recording(..) | Self::Files(_) => Tier::Read,
        }
    }

    fn rerun_flags(&self, inputs: &Inputs) -> String {
        match (self, &inputs.context) {
            (Self::Cluster(_), Some(context)) => format!(" --context {context}"),
            (Self::Cluster(_), None) => " --provider kind".to_owned(),
            (Self::Recording(name, _), _) => format!(" --recording {name}"),
            (Self::Files(files), _) => files.rerun_flags(),
        }
    }
}

impl ResolvedSource {
    /// What a recording says of itself. Of `inputs` only the flavour and the folder for runs matter.
    pub(crate) fn of_recording(
        registry: &Registry,
        recording: &Recording,
        inputs: &Inputs,
    ) -> Result<Self, RunError> {
        let header = &recording.about.header;
        let recorded = registry.recorded_flavour(&header.flavour);
        let flavour = match inputs.flavour.as_str() {
            "auto" => recorded.ok_or_else(|| RecordingError::Flavour(header.flavour.clone()))?,
            named => registry.flavour(named).ok_or_else(|| DetectError::UnknownFlavour(named.to_owned()))?,
        };
        let recorded_inputs: Inputs = serde_json::from_value(recording.about.inputs.clone())
            .map_err(|error| RecordingError::Inputs(foreign_json_error(&error)))?;
        Ok(Self {
            world: ObjectSource::Recorded(Box::new(recording.clone())),
            flavour,
            deciding_object: header.evidence.clone(),
            versions: header.versions.clone(),
            inputs: Inputs { out: inputs.out.clone(), ..recorded_inputs },
            conditions: registry.conditions_of(recording),
            notes: Vec::new(),
        })
    }
}

/// Connects to a cluster, and says so on stderr where that takes long.
pub async fn connect(provider: &dyn Provider, policy: &RequestPolicy) -> Result<kube::Client, ProviderError> {
    wait_telling(|| describe_connecting(provider), provider.connect(policy)).await
}

fn describe_connecting(provider: &dyn Provider) -> String {
    format!("waiting for the API server of {}", provider.describe())
}

/// Asks a source what it is, and for the inputs that can be found on it; and tells what there is to say of its objects. A cluster
/// is asked by the policy.
pub async fn discover(
    registry: &Registry,
    inputs: &Inputs,
    source: &RunSource,
    policy: &RequestPolicy,
) -> Result<(ObjectSource, Detection, Vec<String>), RunError> {
    let world = match source {
        RunSource::Cluster(provider) => {
            let client = connect(provider.as_ref(), policy).await?;
            // What checks with traffic make is not there when the objects are listed first.
            let watches_changes = provider.watches_changes() || provider.allowed() > Tier::Read;
            let what = || describe_connecting(provider.as_ref());
            let connected = wait_telling(what, LiveObjects::connect(client, watches_changes)).await;
            let live = connected.map_err(|error| first_request_error(provider.describe(), error))?;
            ObjectSource::Live(live.with_namespaces(inputs.named_namespaces()))
        }
        RunSource::Recording(_, recording) => ObjectSource::Recorded(recording.clone()),
        RunSource::Files(files) => {
            let (world, _) = with_derived(registry, files, None);
            let detection = detect(registry, inputs, &world).await?;
            let (world, notes) =
                with_derived(registry, files, Some(detection.flavour).filter(|one| *one != Flavour::UNKNOWN));
            return Ok((world, detection, notes));
        }
    };
    let mut detection = detect(registry, inputs, &world).await?;
    if let RunSource::Cluster(provider) = source {
        // What stands on the cluster outweighs what was written down when it was installed.
        let mut discovered = provider.known_inputs()?;
        discovered.extend(detection.discovered);
        detection.discovered = discovered;
        if let Some(version) = kubernetes_version(&world).await {
            detection.versions.insert("Kubernetes".to_owned(), version);
        }
    }
    Ok((world, detection, Vec::new()))
}

/// The objects of files with what operators make of them, where the flavour is known or not; and what there is to say of that.
fn with_derived(registry: &Registry, files: &Files, flavour: Option<Flavour>) -> (ObjectSource, Vec<String>) {
    let mut manifests = files.manifests().clone();
    let derivation = (registry.derive)(&manifests.values(), flavour);
    manifests.replace_with_extended(derivation.extended);
    manifests.add_derived(derivation.objects);
    let notes = not_read_notes(files.not_read()).into_iter().chain(derivation.notes);
    (ObjectSource::Files(manifests), notes.collect())
}

/// Detects the flavour and finds inputs, within a budget. A cluster whose lists are watched retries them without an end.
async fn detect(
    registry: &Registry,
    inputs: &Inputs,
    world: &ObjectSource,
) -> Result<Detection, DetectError> {
    let budget = inputs.scaled_budget(DETECTION);
    let what = || format!("waiting for {}", describe_lists(&world.pending_lists()));
    let detected = timeout(budget, (registry.detect)(world, inputs));
    // none: the error says what the timeout left open
    wait_telling(what, detected).await.unwrap_or_else(|_| {
        Err(DetectError::TimeEnded { budget: budget.into(), pending: world.pending_lists() })
    })
}

/// The version of the API server, if it says so.
async fn kubernetes_version(world: &ObjectSource) -> Option<String> {
    let version = world.client()?.apiserver_version().await;
    // none: a version that is not told is not shown, and nothing is judged by it
    version.ok().map(|info| info.git_version)
}
