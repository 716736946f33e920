//! Installs the stack: its steps, in their order.

use crate::install::error::InstallError;
use crate::install::progress::Progress;
use crate::install::read::read_steps;
use crate::install::report::InstallReport;
use crate::install::steps::{self, InstallContext};
use crate::install::values;
use cluster::kinds::Kinds;
use cluster::state::State;
use inputs::Inputs;
use std::sync::Mutex;

/// Installs the stack on a cluster of ours. What is there already as wanted is left alone.
pub async fn install(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    progress: &dyn Progress,
) -> Result<InstallReport, InstallError> {
    let steps = read_steps(inputs)?;
    let values = Mutex::new(values::real(inputs, state)?);
    let cluster = inputs.kind.name.as_str();
    let context = InstallContext { kinds: Kinds::new(client), inputs, cluster, state, values, progress };
    steps::take_all(&context, steps).await
}
