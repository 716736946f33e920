//! The container engine, as far as kind leaves questions to it.

use crate::program::{Program, ProgramError};
use crate::provider::error::ProviderError;
use inputs::Inputs;

/// Fails when the engine does not answer, before kind would fail with its words.
pub(super) async fn check(inputs: &Inputs) -> Result<(), ProviderError> {
    let engine = &inputs.tools.engine;
    match Program::new(engine, ["version", "--format", "{{.Server.Version}}"]).run().await {
        Ok(_) => Ok(()),
        Err(ProgramError::NotFound { program }) => Err(ProviderError::NoProgram { program }),
        Err(source) => Err(ProviderError::NoEngine { source: Box::new(source) }),
    }
}

/// The id of a container by its name, running or not.
pub(super) async fn id_of(inputs: &Inputs, name: &str) -> Result<Option<String>, ProviderError> {
    let filter = format!("name=^{name}$");
    let arguments = ["ps", "--all", "--quiet", "--no-trunc", "--filter", &filter];
    let id = Program::new(&inputs.tools.engine, arguments).run().await?;
    Ok(Some(id.trim().to_owned()).filter(|id| !id.is_empty()))
}

/// Removes a container by its name, if it exists.
pub(super) async fn remove(inputs: &Inputs, name: &str) -> Result<(), ProviderError> {
    if id_of(inputs, name).await?.is_some() {
        Program::new(&inputs.tools.engine, ["rm", "--force", "--volumes", name]).run().await?;
    }
    Ok(())
}
