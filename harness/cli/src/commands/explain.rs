//! `meshproof explain`: a check's card, or the exit codes.

use crate::error::CliError;
use crate::output::print;
use report::check_page;
use run::Registry;
use run::plan::select;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArguments {
    /// A check's id, an area, a suite, or `exit-codes`
    name: String,
}

pub(crate) fn main(registry: &Registry, arguments: &ExplainArguments) -> Result<ExitCode, CliError> {
    if arguments.name == "exit-codes" {
        for (code, meaning) in ExitCode::ALL {
            print(&format!("{:>3}  {meaning}\n", *code as u8))?;
        }
        return Ok(ExitCode::Passed);
    }
    let checks = select(&registry.checks, std::slice::from_ref(&arguments.name))?;
    let cards: Vec<_> = checks.into_iter().map(|check| check_page::markdown(&check.card)).collect();
    print(&cards.join("\n"))?;
    Ok(ExitCode::Passed)
}
