//! Whether the container engine answers.

use crate::program::{Program, ProgramError};
use crate::provider::error::ProviderError;
use inputs::Inputs;

/// Fails when the engine does not answer, with a clearer error than kind's own.
pub(super) async fn check(inputs: &Inputs) -> Result<(), ProviderError> {
    let engine = &inputs.tools.engine;
    match Program::new(engine, ["version", "--format", "{{.Server.Version}}"]).run().await {
        Ok(_) => Ok(()),
        Err(ProgramError::NotFound { program }) => Err(ProviderError::NoProgram { program }),
        Err(source) => Err(ProviderError::NoEngine { source: Box::new(source) }),
    }
}
