//! The cluster that the inputs name.

use crate::commands::installation;
use crate::error::CliError;
use inputs::{Inputs, ProviderKind};
use record::Recording;
use run::{Registry, Source};
use stack::provider::kind::Kind;
use stack::provider::live::Live;

/// The cluster of a run, as it is; the reference recording where none is named.
pub(crate) fn source_for_run(suites: &Registry, inputs: &Inputs) -> Result<Source, CliError> {
    Ok(match inputs.provider_or_default(ProviderKind::Recording) {
        ProviderKind::Kind => Source::Cluster(Box::new(Kind::find(inputs))),
        ProviderKind::Live => Source::Cluster(Box::new(Live::find(inputs)?)),
        ProviderKind::Recording => recorded(suites, None)?,
    })
}

/// A recording of the program by its name; the reference recording where none is named.
pub(crate) fn recorded(suites: &Registry, name: Option<&str>) -> Result<Source, CliError> {
    let known = suites.recordings;
    let found = known.iter().find(|(of, _)| name.is_none_or(|name| *of == name));
    let unknown = || CliError::UnknownRecording {
        name: name.unwrap_or_default().to_owned(),
        known: known.iter().map(|(of, _)| *of).collect(),
    };
    let (name, text) = found.ok_or_else(unknown)?;
    Ok(Source::Recording(name, Box::new(Recording::parse(text.as_bytes())?)))
}

/// The cluster of a test run: where none is named, a kind cluster that is made and installed where it is missing.
pub(crate) async fn source_installed(suites: &Registry, inputs: &Inputs) -> Result<Source, CliError> {
    match inputs.provider_or_default(ProviderKind::Kind) {
        ProviderKind::Kind => Ok(Source::Cluster(Box::new(installation::bring_up(inputs, false).await?))),
        ProviderKind::Live | ProviderKind::Recording => source_for_run(suites, inputs),
    }
}
