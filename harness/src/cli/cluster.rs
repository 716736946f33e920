//! The cluster that the inputs name.

use super::{CliError, stack};
use crate::inputs::{Inputs, ProviderKind};
use crate::provider::kind::Kind;
use crate::provider::live::Live;
use crate::record::Recording;
use crate::runner::Source;
use crate::suites::Suites;

/// The cluster of a run, as it is; the reference recording where none is named.
pub(super) fn as_it_is(suites: &Suites, inputs: &Inputs) -> Result<Source, CliError> {
    Ok(match inputs.provider_or(ProviderKind::Recording) {
        ProviderKind::Kind => Source::Cluster(Box::new(Kind::find(inputs))),
        ProviderKind::Live => Source::Cluster(Box::new(Live::find(inputs)?)),
        ProviderKind::Recording => recorded(suites, None)?,
    })
}

/// A recording of the program by its name; the reference recording where none is named.
pub(super) fn recorded(suites: &Suites, name: Option<&str>) -> Result<Source, CliError> {
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
pub(super) async fn settled(suites: &Suites, inputs: &Inputs) -> Result<Source, CliError> {
    match inputs.provider_or(ProviderKind::Kind) {
        ProviderKind::Kind => Ok(Source::Cluster(Box::new(stack::bring_up(inputs, false).await?))),
        ProviderKind::Live | ProviderKind::Recording => as_it_is(suites, inputs),
    }
}
