//! The cluster that the inputs name.

use super::CliError;
use crate::inputs::{Inputs, ProviderKind};
use crate::provider::live::Live;
use crate::runner::Source;

/// The cluster of a test run: a named context, or a kind cluster that is made and installed where it is missing.
pub(super) async fn settle(inputs: &Inputs) -> Result<Source, CliError> {
    match inputs.provider_or(ProviderKind::Kind) {
        _ => Ok(Source::Cluster(Box::new(Live::find(inputs)?))),
    }
}
