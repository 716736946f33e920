//! Installs the stack: its steps, in their order.

use crate::install::error::InstallError;
use crate::install::install_progress::InstallProgress;
use crate::install::install_report::InstallReport;
use crate::install::step_fixtures::{flavour_of_stack, read_steps};
use crate::install::step_runner::{self, InstallContext};
use crate::install::values;
use cluster::kinds::Kinds;
use cluster::state::State;
use inputs::Inputs;
use k8s_openapi::api::core::v1::Node;
use kube::Api;
use kube::api::ListParams;
use std::sync::Mutex;

/// The step that brings a router of OpenShift, whose address is that of its node.
const ROUTER_STEP: &str = "openshift";

/// Installs the stack on a cluster that meshproof made. Objects that are there already, as wanted, are left alone.
pub async fn install(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    progress: &dyn InstallProgress,
) -> Result<InstallReport, InstallError> {
    let installed = state.made()?.and_then(|made| made.flavour);
    let flavour = flavour_of_stack(inputs, installed.as_deref());
    let steps = read_steps(inputs, flavour)?;
    if let Some(installed) = installed.as_deref().filter(|installed| *installed != flavour) {
        return Err(InstallError::OtherFlavour {
            installed: installed.to_owned(),
            asked: flavour.to_owned(),
        });
    }
    state.note(|made| made.flavour = Some(flavour.to_owned()))?;
    let node = node_address(client.clone()).await?;
    // Where steps name the node, it is for the router on it.
    let has_router = steps.iter().any(|step| step.name == ROUTER_STEP);
    state.note(|made| made.router_address = node.clone().filter(|_| has_router))?;
    let mut values = values::installation_values(inputs, state)?;
    values.extend(node.map(|address| ("node.address".to_owned(), address)));
    let values = Mutex::new(values);
    let cluster = inputs.kind.name.as_str();
    let context = InstallContext { kinds: Kinds::new(client), inputs, cluster, state, values, progress };
    step_runner::run_all(&context, steps).await
}

/// The address of the first node inside its network; none where it has none.
async fn node_address(client: kube::Client) -> Result<Option<String>, InstallError> {
    let nodes = Api::<Node>::all(client).list(&ListParams::default()).await.map_err(InstallError::Nodes)?;
    let status = nodes.items.into_iter().next().and_then(|node| node.status);
    let addresses = status.and_then(|status| status.addresses).into_iter().flatten();
    Ok(addresses.into_iter().find(|one| one.type_ == "InternalIP").map(|one| one.address))
}
