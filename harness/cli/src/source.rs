//! The source of a run: the cluster that the inputs name, or a recording that is part of the program.

use crate::commands::installation;
use crate::error::CliError;
use inputs::{Inputs, ProviderKind};
use record::Recording;
use run::{Registry, RunSource};
use stack::provider::kind::KindCluster;
use stack::provider::live::LiveCluster;

/// The cluster of a run, as it is; the reference recording where none is named.
pub(crate) fn source_for_run(registry: &Registry, inputs: &Inputs) -> Result<RunSource, CliError> {
    Ok(match inputs.provider_or_default(ProviderKind::Recording) {
        ProviderKind::Kind => RunSource::Cluster(Box::new(KindCluster::find(inputs))),
        ProviderKind::Live => RunSource::Cluster(Box::new(LiveCluster::find(inputs)?)),
        ProviderKind::Recording => embedded_recording(registry, None)?,
    })
}

/// A recording of the program by its name; the reference recording where none is named.
pub(crate) fn embedded_recording(registry: &Registry, name: Option<&str>) -> Result<RunSource, CliError> {
    let recordings = registry.recordings;
    let is_named = |(known, _): &&(&str, &str)| name.is_none_or(|name| *known == name);
    let unknown = || CliError::UnknownRecording {
        name: name.unwrap_or_default().to_owned(),
        known: recordings.iter().map(|(name, _)| *name).collect(),
    };
    let (name, json) = recordings.iter().find(is_named).ok_or_else(unknown)?;
    Ok(RunSource::Recording(name, Box::new(Recording::parse(json.as_bytes())?)))
}

/// The cluster of a test run: where none is named, a kind cluster that is made and installed where it is missing.
pub(crate) async fn source_installed(registry: &Registry, inputs: &Inputs) -> Result<RunSource, CliError> {
    match inputs.provider_or_default(ProviderKind::Kind) {
        ProviderKind::Kind => Ok(RunSource::Cluster(Box::new(installation::bring_up(inputs, false).await?))),
        ProviderKind::Live | ProviderKind::Recording => source_for_run(registry, inputs),
    }
}
