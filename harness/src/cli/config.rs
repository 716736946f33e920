//! `meshproof config`: every input, its value, and where it came from.

use super::{CliError, cluster, print, runtime};
use crate::exit_code::ExitCode;
use crate::inputs::{Layers, ProviderKind};
use crate::runner::discover;
use crate::suites::Suites;
use serde_json::Value;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Show only inputs that are not the document's default
    #[arg(long)]
    changed: bool,
}

/// Where a cluster is named, it is asked for what can be found on it.
pub(super) fn main(suites: &Suites, mut layers: Layers, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    if inputs.provider_or(ProviderKind::Recording) != ProviderKind::Recording {
        let source = cluster::as_it_is(suites, &inputs)?;
        layers.discovered = runtime()?.block_on(discover(suites, &inputs, &source, "config"))?.1.discovered;
    }
    for (key, value, origin) in layers.explain()? {
        if arguments.changed && origin.0 == "default" {
            continue;
        }
        let value = match &value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        print(&format!("{key:<34} {value:<28} {origin}\n"))?;
    }
    Ok(ExitCode::Passed)
}
