//! `meshproof doctor`: what this machine has of what meshproof can use, and what to do about the rest.

use crate::error::CliError;
use crate::output::{print, runtime};
use inputs::{InputLayers, Inputs, ProviderKind};
use report::terminal::style::{DIM, GREEN, RED};
use stack::program::Program;
use stack::provider::live;
use std::path::Path;
use vocabulary::{ExitCode, chain};

/// Something that meshproof can use on this machine, and whether it is there.
#[derive(Debug)]
struct ToolReport {
    name: &'static str,
    purpose: &'static str,
    is_needed: bool,
    /// Its version or content, or why it cannot be used.
    state: Result<String, String>,
    hint: &'static str,
}

pub(crate) fn main(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    let tools = runtime()?.block_on(look_at_tools(&inputs));
    for tool in &tools {
        print(&render(tool))?;
    }
    let is_missing = |tool: &ToolReport| tool.is_needed && tool.state.is_err();
    Ok(if tools.iter().any(is_missing) { ExitCode::Environment } else { ExitCode::Passed })
}

async fn look_at_tools(inputs: &Inputs) -> Vec<ToolReport> {
    let is_kind_used = inputs.provider_or_default(ProviderKind::Kind) == ProviderKind::Kind;
    let tools = &inputs.tools;
    let (engine, kind, istioctl) = futures::join!(
        version(&tools.engine, &["version", "--format", "{{.Server.Version}}"]),
        version(&tools.kind, &["version", "-q"]),
        version(&tools.istioctl, &["version", "--remote=false", "--short"]),
    );
    let kubeconfig = live::contexts(inputs);
    vec![
        ToolReport {
            name: "container engine",
            purpose: "kind clusters, and Kafka beside them",
            is_needed: is_kind_used,
            state: engine,
            hint: "start Docker, or set `tools.engine`; an existing cluster is used with `--context` and needs none",
        },
        ToolReport {
            name: "kind",
            purpose: "kind clusters",
            is_needed: is_kind_used,
            state: kind,
            hint: "install kind, or set `tools.kind`",
        },
        ToolReport {
            name: "istioctl",
            purpose: "installing Istio",
            is_needed: is_kind_used,
            state: istioctl,
            hint: "install istioctl, or set `tools.istioctl`",
        },
        ToolReport {
            name: "kubeconfig",
            purpose: "clusters that exist",
            is_needed: !is_kind_used,
            state: kubeconfig.map(|names| names.join(", ")).map_err(|error| chain(&error)),
            hint: "name one with `--kubeconfig`, and a context of it with `--context`",
        },
    ]
}

async fn version(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Program::new(program, arguments.iter().copied()).run().await;
    output
        .map(|text| text.lines().next().unwrap_or_default().trim().to_owned())
        .map_err(|error| chain(&error))
}

fn render(tool: &ToolReport) -> String {
    let ToolReport { name, purpose, is_needed, state, hint } = tool;
    match state {
        Ok(state) => format!("{GREEN}ok{GREEN:#}       {name:<17} {state} {DIM}({purpose}){DIM:#}\n"),
        Err(error) => {
            let (style, word) = if *is_needed { (RED, "missing") } else { (DIM, "absent") };
            format!(
                "{style}{word:<8}{style:#} {name:<17} {error} {DIM}({purpose}){DIM:#}\n{:26}hint: {hint}\n",
                ""
            )
        }
    }
}
