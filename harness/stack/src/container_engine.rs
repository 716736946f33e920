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

/// Whether a program failed because the engine is removing a container already. It does not wait for that, and neither does
/// kind, which repeats what the engine says.
pub(crate) fn is_of_ongoing_removal(error: &ProgramError) -> bool {
    matches!(error, ProgramError::Failed { stderr, .. } if stderr.contains("is already in progress"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    #[rstest]
    #[case::engine("Error response from daemon: removal of container a is already in progress", true)]
    #[case::kind(
        "ERROR: failed to delete cluster \"a\": failed to delete nodes: command \"docker rm -f -v a\" failed with error: \
         exit status 1 / Command Output: Error response from daemon: removal of container a is already in progress",
        true
    )]
    #[case::another_failure("Cannot connect to the Docker daemon", false)]
    fn removal_that_goes_on_is_told_from_a_failure(#[case] stderr: &str, #[case] expected: bool) {
        let (command, stderr) = ("docker rm a".to_owned(), stderr.to_owned());
        let error = ProgramError::Failed { command, status: ExitStatus::from_raw(1 << 8), stderr };
        assert_eq!(is_of_ongoing_removal(&error), expected);
    }
}
