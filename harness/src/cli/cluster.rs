//! The cluster that the inputs name.

use super::{CliError, stack};
use crate::inputs::{Inputs, ProviderKind};
use crate::provider::kind::Kind;
use crate::provider::live::Live;
use crate::runner::Source;
use crate::suites::Suites;
use crate::world::Recording;

/// The cluster of a run, as it is; the reference recording where none is named.
pub(super) fn as_it_is(suites: &Suites, inputs: &Inputs) -> Result<Source, CliError> {
    Ok(match inputs.provider_or(ProviderKind::Recording) {
        ProviderKind::Kind => Source::Cluster(Box::new(Kind::find(inputs))),
        ProviderKind::Live => Source::Cluster(Box::new(Live::find(inputs)?)),
        ProviderKind::Recording => Source::Recording(Box::new(Recording::parse(suites.recording)?)),
    })
}

/// The cluster of a test run: where none is named, a kind cluster that is made and installed where it is missing.
pub(super) async fn settled(suites: &Suites, inputs: &Inputs) -> Result<Source, CliError> {
    match inputs.provider_or(ProviderKind::Kind) {
        ProviderKind::Kind => Ok(Source::Cluster(Box::new(stack::bring_up(inputs, false).await?))),
        ProviderKind::Live | ProviderKind::Recording => as_it_is(suites, inputs),
    }
}
