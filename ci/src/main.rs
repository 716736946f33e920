//! The project's own tasks. `cargo ci check` is the test command; `cargo ci bless` makes generated files anew.

mod check;
mod docs;
mod faults;
mod generated;
mod new_check;
mod record;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};

/// The project's own tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo ci")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Format, lints, all tests, generated files in sync: what has to pass before a change lands
    Check,
    /// Make generated documents and snapshots anew; look at the difference before you commit it
    Bless,
    /// Tell the floors of the crates, and which files stand in a circle
    Structure,
    /// Make the recordings anew, from the stack on the kind cluster: as it is, and with six faults in it
    Record,
    /// Try faults on the kind cluster, and keep what became of each
    Faults {
        /// Faults (`<check>/<fault>`), checks, areas or suites; all when none is named
        names: Vec<String>,
        /// Keep the outcomes of a run that is over, instead of trying anything
        #[arg(long, value_name = "FILE", conflicts_with = "names")]
        from: Option<PathBuf>,
        /// Judge the generated faults on the reference recording, without a cluster, and keep the score
        #[arg(long, conflicts_with_all = ["names", "from"])]
        generated: bool,
    },
    /// Write the files of a new check: code, fault, registration hint
    NewCheck {
        /// The id: `<suite>::<area>::<behaviour>`
        id: String,
    },
}

fn main() -> Result<()> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match Cli::parse().task {
        Task::Check => check::check(top),
        Task::Bless => check::bless(top),
        Task::Structure => check::structure(top),
        Task::Record => record::reference(top).and_then(|()| record::broken(top)),
        Task::Faults { generated: true, .. } => generated::score(top),
        Task::Faults { from: Some(outcomes), .. } => faults::keep(top, &outcomes),
        Task::Faults { names, from: None, .. } => faults::prove(top, &names),
        Task::NewCheck { id } => new_check::write(top, &id),
    }
}
