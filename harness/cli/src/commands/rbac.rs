//! `meshproof rbac`: the smallest role with which the user of a run may do all that its checks need.

use crate::error::CliError;
use crate::output::{print, tell};
use inputs::{InputLayers, Inputs};
use run::plan::select;
use run::rights::{Permission, RightsRequest, cluster_role, needed_permissions};
use run::{DetectError, Registry, RunError};
use std::collections::BTreeSet;
use vocabulary::{ExitCode, Flavour, Tier};
use world::Check;

#[derive(Debug, clap::Args)]
pub(crate) struct RbacArguments {
    /// Checks, areas or suites; all when none is named
    names: Vec<String>,
    /// With the rights to collect what tells why a check went wrong: events, and logs of pods
    #[arg(long)]
    diagnostics: bool,
    /// With the right to read this object, too, which only the cluster names: `secrets/my-certificate`
    #[arg(long, value_name = "RESOURCE/NAME")]
    with: Vec<String>,
}

/// No cluster is asked: whoever may not read one can print what is missing.
pub(crate) fn main(
    registry: &Registry,
    layers: &InputLayers,
    arguments: &RbacArguments,
) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    let checks = select(&registry.checks, &arguments.names)?;
    let flavour = named_flavour(registry, &inputs)?;
    let request = RightsRequest {
        checks: &checks,
        flavour,
        allowed: inputs.allow,
        has_diagnostics: arguments.diagnostics,
    };
    let mut rules = needed_permissions(&registry.reads().map_err(CliError::Reads)?, request);
    for read in &arguments.with {
        add(&mut rules, read)?;
    }
    let role = if inputs.allow > Tier::Read { "meshproof-tester" } else { "meshproof-auditor" };
    print(&(about(&checks, &request) + &cluster_role(role, &rules, registry.named_by_cluster)))?;
    tell(&format!(
        "bind it to the user of the context: `kubectl create clusterrolebinding {role} --clusterrole={role} --user=<name>`, \
         or `--serviceaccount=<namespace>:<name>`\n"
    ));
    Ok(ExitCode::Passed)
}

/// The flavour that the inputs name. None: it is told by the cluster, and may be any.
fn named_flavour(registry: &Registry, inputs: &Inputs) -> Result<Option<Flavour>, CliError> {
    match inputs.flavour.as_str() {
        "auto" => Ok(None),
        name => {
            let unknown = || RunError::Detect(DetectError::UnknownFlavour(name.to_owned()));
            Ok(Some(registry.flavour(name).ok_or_else(unknown)?))
        }
    }
}

/// Adds an object to the rule for its resource.
fn add(rules: &mut [Permission], read: &str) -> Result<(), CliError> {
    let (resource, name) = read.split_once('/').unwrap_or((read, ""));
    let is_named = |rule: &Permission| !rule.names.is_empty();
    let is_of = |rule: &Permission| is_named(rule) && rule.resources.contains(resource) && !name.is_empty();
    if let Some(index) = rules.iter().position(is_of) {
        rules[index].names.insert(name.to_owned());
        return Ok(());
    }
    let named = rules.iter().filter(|rule| is_named(rule));
    let resources: BTreeSet<_> = named.flat_map(|rule| rule.resources.iter().cloned()).collect();
    Err(CliError::NotReadByName { object: read.to_owned(), resources: resources.into_iter().collect() })
}

/// What the role is for, as a comment.
fn about(checks: &[&'static Check], request: &RightsRequest<'_>) -> String {
    let noun = if checks.len() == 1 { "check" } else { "checks" };
    let flavour = request.flavour.map_or_else(|| "any flavour".to_owned(), |one| format!("flavour {one}"));
    format!(
        "# What a run of {} {noun} needs, tier {}, on a cluster of {flavour}.\n",
        checks.len(),
        request.allowed
    )
}
