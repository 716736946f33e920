//! Reads the steps of the stack from the fixtures.

use crate::install::error::InstallError;
use crate::install::install_step::InstallStep;
use inputs::{Inputs, Supply};

/// The flavour whose stack is installed when no input names one, and whose objects faults change.
pub const DEFAULT_FLAVOUR: &str = "upstream";

/// The flavour whose stack is meant: that of the inputs, or else the one that is installed.
pub(crate) fn flavour_of_stack<'a>(inputs: &'a Inputs, installed: Option<&'a str>) -> &'a str {
    if inputs.flavour == "auto" { installed.unwrap_or(DEFAULT_FLAVOUR) } else { &inputs.flavour }
}

/// The flavour whose stack is removed: the one that is installed, whatever the inputs name.
pub(crate) fn flavour_to_remove<'a>(inputs: &'a Inputs, installed: Option<&'a str>) -> &'a str {
    installed.unwrap_or_else(|| flavour_of_stack(inputs, None))
}

/// The steps of a flavour's stack, in the order of their numbers.
pub(crate) fn read_steps(inputs: &Inputs, flavour: &str) -> Result<Vec<InstallStep>, InstallError> {
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
        let steps = read_steps(&Inputs { supply, ..Inputs::default() }, DEFAULT_FLAVOUR).unwrap();
        assert!(steps.iter().any(|step| step.name == "serving" && step.spec.until.len() == 2));
    }

    #[test]
    fn flavour_without_a_stack_is_refused() {
        let error = read_steps(&Inputs::default(), "ossm3").unwrap_err();
        assert_eq!(error.to_string(), "there is no stack to install for the flavour `ossm3`");
    }

    #[rstest]
    #[case::named("ossm2", None, "ossm2", "ossm2")]
    #[case::named_over_what_is_there("ossm2", Some("upstream"), "ossm2", "upstream")]
    #[case::what_is_there("auto", Some("ossm2"), "ossm2", "ossm2")]
    #[case::nothing_is_there("auto", None, "upstream", "upstream")]
    fn stack_is_that_which_is_named_or_there(
        #[case] named: &str,
        #[case] installed: Option<&str>,
        #[case] expected: &str,
        #[case] removed: &str,
    ) {
        let inputs = Inputs { flavour: named.to_owned(), ..Inputs::default() };
        assert_eq!(flavour_of_stack(&inputs, installed), expected);
        assert_eq!(flavour_to_remove(&inputs, installed), removed);
    }
}
