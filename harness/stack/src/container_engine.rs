//! Containers of the engine, found and removed by their names through the engine's client.

use crate::program::{Program, ProgramError};
use inputs::Inputs;

/// The id of a container by its name, running or not. `None`: there is none.
pub(crate) async fn container_id(inputs: &Inputs, name: &str) -> Result<Option<String>, ProgramError> {
    let filter = format!("name=^{name}$");
    let arguments = ["ps", "--all", "--quiet", "--no-trunc", "--filter", &filter];
    let id = Program::new(&inputs.tools.engine, arguments).run().await?;
    Ok(Some(id.trim().to_owned()).filter(|id| !id.is_empty()))
}

/// Removes a container by its name, running or not. Returns whether there was one.
pub(crate) async fn remove_container(inputs: &Inputs, name: &str) -> Result<bool, ProgramError> {
    if container_id(inputs, name).await?.is_none() {
        return Ok(false);
    }
    Program::new(&inputs.tools.engine, ["rm", "--force", "--volumes", name]).run().await?;
    Ok(true)
}
