//! Where a run's answers come from, and what it says of itself before the first check.

use crate::error::RunError;
use crate::registry::{DetectError, Detection, Registry};
use cluster::client::UserAgent;
use inputs::{InputLayers, Inputs};
use jiff::Timestamp;
use record::journal::RunHeader;
use record::{Recording, RecordingError, RunConditions};
use stack::provider::{Provider, classify};
use std::collections::BTreeMap;
use vocabulary::{Flavour, Tier, foreign_json_error};
use world::{Files, LiveObjects, ObjectSource};

/// Where a run's answers come from.
#[derive(Debug)]
pub enum Source {
    /// A cluster.
    Cluster(Box<dyn Provider>),
    /// A recording that is part of the program, by its name.
    Recording(&'static str, Box<Recording>),
    /// Files.
    Files(Box<Files>),
}

/// What a source says of itself.
#[derive(Debug)]
pub(crate) struct ResolvedSource {
    pub(crate) world: ObjectSource,
    pub(crate) flavour: Flavour,
    pub(crate) evidence: String,
    pub(crate) versions: BTreeMap<String, String>,
    pub(crate) inputs: Inputs,
    pub(crate) situated: RunConditions,
}

impl Source {
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
    pub(crate) async fn ask(
        &self,
        suites: &Registry,
        layers: &mut InputLayers,
        run: &str,
    ) -> Result<ResolvedSource, RunError> {
        let given = layers.merge()?;
        if let Self::Recording(_, recording) = self {
            return ResolvedSource::of_recording(suites, recording, &given);
        }
        let (world, Detection { flavour, evidence, discovered, versions }) =
            discover(suites, &given, self, run).await?;
        layers.discovered = discovered;
        let inputs = layers.merge()?;
        let capabilities = match self {
            Self::Cluster(provider) => suites.offered(world.served(), provider.capabilities()),
            Self::Recording(..) => suites.offered(world.served(), Vec::new()),
            Self::Files(files) => suites.needed().into_iter().filter(|name| files.offers(name)).collect(),
        };
        let situated =
            RunConditions { capabilities, allowed: self.allowed(), has_probe: inputs.probe.image.is_some() };
        Ok(ResolvedSource { world, flavour, evidence, versions, inputs, situated })
    }

    /// What the run is about.
    pub(crate) fn header(&self, asked: &ResolvedSource, run: String) -> RunHeader {
        let text = |text: &str| redact::text(text).into_owned();
        let found = asked.versions.iter().map(|(product, version)| (text(product), text(version)));
        RunHeader {
            run,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cluster: text(&self.describe()),
            flavour: asked.flavour.to_string(),
            evidence: text(&asked.evidence),
            versions: found.collect(),
            allowed: asked.situated.allowed.to_string(),
            rerun: text(&self.rerun_flags(&asked.inputs)),
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
            (Self::Files(files), _) => format!(" --files {}", files.folder().display()),
        }
    }
}

impl ResolvedSource {
    /// What a recording says of itself.
    pub(crate) fn of_recording(
        suites: &Registry,
        recording: &Recording,
        given: &Inputs,
    ) -> Result<Self, RunError> {
        let about = &recording.about;
        let header = &about.header;
        let recorded = suites.flavour(&header.flavour);
        let flavour = match given.flavour.as_str() {
            "auto" => recorded.ok_or_else(|| RecordingError::Flavour(header.flavour.clone()))?,
            named => suites.flavour(named).ok_or_else(|| DetectError::UnknownFlavour(named.to_owned()))?,
        };
        let inputs: Inputs = serde_json::from_value(about.inputs.clone())
            .map_err(|error| RecordingError::Inputs(foreign_json_error(&error)))?;
        Ok(Self {
            world: ObjectSource::Recorded(recording.clone()),
            flavour,
            evidence: header.evidence.clone(),
            versions: header.versions.clone(),
            inputs: Inputs { out: given.out.clone(), ..inputs },
            situated: suites.situated(recording),
        })
    }
}

/// Asks a source what it is, and for the inputs that can be found on it.
pub async fn discover(
    suites: &Registry,
    given: &Inputs,
    source: &Source,
    run: &str,
) -> Result<(ObjectSource, Detection), RunError> {
    let world = match source {
        Source::Cluster(provider) => {
            let client = provider.connect(&UserAgent::of_run(run)).await?;
            // What checks with traffic make is not there when the objects are listed first.
            let follows = provider.watches_changes() || provider.allowed() > Tier::Read;
            let connected = LiveObjects::connect(client, follows).await;
            ObjectSource::Live(connected.map_err(|error| classify(provider.describe(), error))?)
        }
        Source::Recording(_, recording) => ObjectSource::Recorded((**recording).clone()),
        Source::Files(files) => ObjectSource::Files(files.manifests().clone()),
    };
    let mut detection = (suites.detect)(&world, given).await?;
    if let Source::Cluster(provider) = source {
        // What stands on the cluster outweighs what was written down when it was installed.
        let mut found = provider.known_inputs()?;
        found.extend(detection.discovered);
        detection.discovered = found;
        if let Some(version) = kubernetes(&world).await {
            detection.versions.insert("Kubernetes".to_owned(), version);
        }
    }
    Ok((world, detection))
}

/// The version of the API server, if it tells.
async fn kubernetes(world: &ObjectSource) -> Option<String> {
    let version = world.client()?.apiserver_version().await;
    version.ok().map(|info| info.git_version)
}
