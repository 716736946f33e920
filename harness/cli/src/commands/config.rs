//! `meshproof config`: every input, its value, and where it came from.

use crate::error::CliError;
use crate::output::{print, runtime};
use crate::source;
use cluster::client::RequestPolicy;
use inputs::{InputLayers, ProviderKind};
use run::{Registry, discover};
use serde_json::Value;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArguments {
    /// Show only inputs that are not the document's default
    #[arg(long)]
    changed: bool,
}

/// Where a cluster is named, it is asked for what can be found on it.
pub(crate) fn main(
    registry: &Registry,
    mut layers: InputLayers,
    arguments: &ConfigArguments,
) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    if inputs.provider_or_default(ProviderKind::Recording) != ProviderKind::Recording {
        let source = source::source_for_run(registry, &inputs)?;
        let policy = RequestPolicy::of_run("config");
        let (_, detection, _) = runtime()?.block_on(discover(registry, &inputs, &source, &policy))?;
        layers.discovered = detection.discovered;
    }
    for (key, value, origin) in layers.values_with_origin()? {
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
