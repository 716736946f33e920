//! `meshproof config`: every input, its value, and where it came from.

use super::CliError;
use crate::exit_code::ExitCode;
use crate::inputs::Layers;
use serde_json::Value;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Show only inputs that are not the document's default
    #[arg(long)]
    changed: bool,
}

pub(super) fn main(layers: &Layers, arguments: &Arguments) -> Result<ExitCode, CliError> {
    for (key, value, origin) in layers.explain()? {
        if arguments.changed && origin.0 == "default" {
            continue;
        }
        let value = match &value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        anstream::println!("{key:<34} {value:<28} {origin}");
    }
    Ok(ExitCode::Passed)
}
