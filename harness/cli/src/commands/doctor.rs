//! `meshproof doctor`: what this machine has of what meshproof can use, and what to do about the rest.

use crate::error::CliError;
use crate::output::{print, runtime};
use anstyle::{AnsiColor, Style};
use inputs::{InputLayers, Inputs, ProviderKind};
use stack::program::Program;
use stack::provider::live;
use std::path::Path;
use vocabulary::{ExitCode, chain};

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// What was looked for, and what came of it.
#[derive(Debug)]
struct Symptom {
    name: &'static str,
    purpose: &'static str,
    needed: bool,
    found: Result<String, String>,
    hint: &'static str,
}

pub(crate) fn main(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    let symptoms = runtime()?.block_on(look(&inputs));
    for symptom in &symptoms {
        print(&render(symptom))?;
    }
    let is_missing = |symptom: &Symptom| symptom.needed && symptom.found.is_err();
    Ok(if symptoms.iter().any(is_missing) { ExitCode::Environment } else { ExitCode::Passed })
}

async fn look(inputs: &Inputs) -> Vec<Symptom> {
    let kind_is_used = inputs.provider_or_default(ProviderKind::Kind) == ProviderKind::Kind;
    let tools = &inputs.tools;
    let (engine, kind, istioctl) = futures::join!(
        version(&tools.engine, &["version", "--format", "{{.Server.Version}}"]),
        version(&tools.kind, &["version", "-q"]),
        version(&tools.istioctl, &["version", "--remote=false", "--short"]),
    );
    let kubeconfig = live::contexts(inputs);
    vec![
        Symptom {
            name: "container engine",
            purpose: "kind clusters, and Kafka beside them",
            needed: kind_is_used,
            found: engine,
            hint: "start Docker, or set `tools.engine`; an existing cluster is used with `--context` and needs none",
        },
        Symptom {
            name: "kind",
            purpose: "kind clusters",
            needed: kind_is_used,
            found: kind,
            hint: "install kind, or set `tools.kind`",
        },
        Symptom {
            name: "istioctl",
            purpose: "installing Istio",
            needed: kind_is_used,
            found: istioctl,
            hint: "install istioctl, or set `tools.istioctl`",
        },
        Symptom {
            name: "kubeconfig",
            purpose: "clusters that exist",
            needed: !kind_is_used,
            found: kubeconfig.map(|names| names.join(", ")).map_err(|error| chain(&error)),
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

fn render(symptom: &Symptom) -> String {
    let Symptom { name, purpose, needed, found, hint } = symptom;
    match found {
        Ok(found) => format!("{GREEN}ok{GREEN:#}       {name:<17} {found} {DIM}({purpose}){DIM:#}\n"),
        Err(error) => {
            let (style, word) = if *needed { (RED, "missing") } else { (DIM, "absent") };
            format!(
                "{style}{word:<8}{style:#} {name:<17} {error} {DIM}({purpose}){DIM:#}\n{:26}hint: {hint}\n",
                ""
            )
        }
    }
}
