//! Reads the steps of the stack from the fixtures.

use crate::install::error::InstallError;
use crate::install::install_step::InstallStep;
use inputs::{Inputs, Supply};

/// The flavour whose stack is installed when no input names one.
const DEFAULT_FLAVOUR: &str = "upstream";

/// The steps of the stack, in the order of their numbers.
pub(crate) fn read_steps(inputs: &Inputs) -> Result<Vec<InstallStep>, InstallError> {
    let flavour = if inputs.flavour == "auto" { DEFAULT_FLAVOUR } else { &inputs.flavour };
    let overlay = match inputs.supply {
        Supply::Internet => None,
        Supply::Lab => Some("lab"),
    };
    if !fixtures::has_stack(flavour) {
        return Err(InstallError::NoStack(flavour.to_owned()));
    }
    let read = |step: fixtures::StepFixture| {
        let fixtures::StepFixture { name, spec, objects, files } = step;
        let spec = serde_json::from_value(spec)
            .map_err(|source| InstallError::Spec { name: name.clone(), source })?;
        Ok(InstallStep { name, spec, objects, files })
    };
    fixtures::stack(flavour, overlay)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::internet(Supply::Internet)]
    #[case::lab(Supply::Lab)]
    fn every_step_can_be_read(#[case] supply: Supply) {
        let steps = read_steps(&Inputs { supply, ..Inputs::default() }).unwrap();
        assert!(steps.iter().any(|step| step.name == "serving" && step.spec.until.len() == 2));
    }

    #[test]
    fn flavour_without_a_stack_is_refused() {
        let error = read_steps(&Inputs { flavour: "ossm2".to_owned(), ..Inputs::default() }).unwrap_err();
        assert_eq!(error.to_string(), "there is no stack to install for the flavour `ossm2`");
    }
}
