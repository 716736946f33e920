//! `meshproof bundle`: look into the bundle of a run.

use crate::error::CliError;
use crate::output::print;
use record::bundle::{self, BundleError};
use run::replay::Replay;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what is in it
    Ls {
        /// The bundle
        bundle: PathBuf,
    },
    /// Print an entry
    Cat {
        /// The bundle
        bundle: PathBuf,
        /// The entry's name
        entry: String,
    },
    /// Tell whether it is whole, and what it holds
    Verify {
        /// The bundle
        bundle: PathBuf,
    },
}

pub(crate) fn main(arguments: &Arguments) -> Result<ExitCode, CliError> {
    match &arguments.command {
        Command::Ls { bundle } => {
            let listed =
                bundle::read(bundle)?.into_iter().fold(String::new(), |mut text, (name, content)| {
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "{:>9}  {name}", content.len());
                    text
                });
            print(&listed)?;
        }
        Command::Cat { bundle, entry } => {
            let entries = bundle::read(bundle)?;
            let content = entries.get(entry).ok_or_else(|| BundleError::NoEntry(entry.clone()))?;
            match std::io::stdout().write_all(content) {
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
                result => result.map_err(CliError::Output)?,
            }
        }
        Command::Verify { bundle } => {
            let replay = Replay::read(bundle)?;
            let recording = replay.recording();
            let header = &recording.about.header;
            let answers: usize = recording.checks.values().map(|observed| observed.answers.len()).sum();
            print(&format!(
                "whole: run {} on {}, made by meshproof {}\n{} entries; {answers} answers to {} checks, {} contents\n",
                header.run,
                header.cluster,
                header.version,
                replay.entries().len(),
                recording.checks.len(),
                recording.pool().len(),
            ))?;
        }
    }
    Ok(ExitCode::Passed)
}
