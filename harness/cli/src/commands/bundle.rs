//! `meshproof bundle`: look into the bundle of a run.

use crate::error::CliError;
use crate::output::print;
use record::bundle::{self, BundleError};
use run::replay::BundledRun;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct BundleArguments {
    #[command(subcommand)]
    command: BundleCommand,
}

#[derive(Debug, clap::Subcommand)]
enum BundleCommand {
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

pub(crate) fn main(arguments: &BundleArguments) -> Result<ExitCode, CliError> {
    match &arguments.command {
        BundleCommand::Ls { bundle } => {
            let listed =
                bundle::read(bundle)?.into_iter().fold(String::new(), |mut text, (name, content)| {
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "{:>9}  {name}", content.len());
                    text
                });
            print(&listed)?;
        }
        BundleCommand::Cat { bundle, entry } => {
            let entries = bundle::read(bundle)?;
            let content = entries.get(entry).ok_or_else(|| BundleError::NoEntry(entry.clone()))?;
            match std::io::stdout().write_all(content) {
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
                result => result.map_err(CliError::Output)?,
            }
        }
        BundleCommand::Verify { bundle } => {
            let run = BundledRun::read(bundle)?;
            let recording = run.recording();
            let header = &recording.about.header;
            let answers: usize = recording.checks.values().map(|check| check.answers.len()).sum();
            let record = run.record();
            let whole = match &record.interruption {
                Some(interruption) => {
                    let count = interruption.unjudged.len();
                    let (noun, verb) = if count == 1 { ("check", "has") } else { ("checks", "have") };
                    format!("whole, of an interrupted run: {count} {noun} {verb} no verdict")
                }
                None => "whole".to_owned(),
            };
            print(&format!(
                "{whole}: run {} on {}, made by meshproof {}\n{} entries; {answers} answers to {} checks, {} contents\n",
                header.run,
                header.cluster,
                header.version,
                run.entries().len(),
                recording.checks.len(),
                recording.content_store().len(),
            ))?;
            for id in record.unjudged() {
                print(&format!("no verdict: {id}\n"))?;
            }
        }
    }
    Ok(ExitCode::Passed)
}
