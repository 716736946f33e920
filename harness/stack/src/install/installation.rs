//! Installs the stack: its steps, in their order.

use crate::install::error::InstallError;
use crate::install::install_progress::InstallProgress;
use crate::install::install_report::InstallReport;
use crate::install::step_fixtures::read_steps;
use crate::install::step_runner::{self, InstallContext};
use crate::install::values;
use cluster::kinds::Kinds;
use cluster::state::State;
use inputs::Inputs;
use std::sync::Mutex;

/// Installs the stack on a cluster that meshproof made. Objects that are there already, as wanted, are left alone.
pub async fn install(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    progress: &dyn InstallProgress,
) -> Result<InstallReport, InstallError> {
    let steps = read_steps(inputs)?;
    let values = Mutex::new(values::installation_values(inputs, state)?);
    let cluster = inputs.kind.name.as_str();
    let context = InstallContext { kinds: Kinds::new(client), inputs, cluster, state, values, progress };
    step_runner::run_all(&context, steps).await
}
