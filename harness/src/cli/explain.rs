//! `meshproof explain`: a check's card, or the exit codes.

use super::{CliError, print};
use crate::exit_code::ExitCode;
use crate::plan::select;
use crate::report::card;
use crate::suites::Suites;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A check's id, an area, a suite, or `exit-codes`
    name: String,
}

pub(super) fn main(suites: &Suites, arguments: &Arguments) -> Result<ExitCode, CliError> {
    if arguments.name == "exit-codes" {
        for (code, meaning) in ExitCode::ALL {
            print(&format!("{:>3}  {meaning}\n", *code as u8))?;
        }
        return Ok(ExitCode::Passed);
    }
    let checks = select(&suites.checks, std::slice::from_ref(&arguments.name))?;
    let cards: Vec<_> = checks.into_iter().map(card::markdown).collect();
    print(&cards.join("\n"))?;
    Ok(ExitCode::Passed)
}
