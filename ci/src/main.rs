//! The project's own tasks. `cargo ci check` is the test command; `cargo ci bless` makes generated files anew.

mod bless;
mod check;
mod docs;
mod dump;
mod faults;
mod generated;
mod lab_outcome;
mod oracle;
mod program;
mod record;
mod record_object;
mod recordings;
mod score_file;
mod test_run;

use anyhow::Result;
use clap::{Parser, Subcommand};
use oracle::OracleRun;
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
    Check {
        /// Before a release: also refuse faults that are pending, because no lab has tried them yet
        #[arg(long)]
        release: bool,
    },
    /// Make generated documents and snapshots anew; look at the difference before you commit it
    Bless,
    /// Tell the floors of the crates, and which files stand in a circle
    Structure,
    /// Make the recordings anew, from the stack on the kind cluster: as it is, and with six faults in it
    Record {
        /// The flavour of the stack; of another than `upstream` there is the recording of the healthy stack alone
        #[arg(default_value = "upstream")]
        flavour: String,
    },
    /// Put the objects of a YAML file into the recordings, for checks that read what no cluster was recorded with
    RecordObject {
        /// The file: one or several objects, as `kubectl get -o yaml` prints them; an empty list says that there is none
        file: PathBuf,
    },
    /// Dump the kind cluster as people do, and tell which check is judged otherwise from that than on the cluster
    Dump,
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
    /// Hold what is said about Gateways against Istio's own control plane, on generated configurations
    Oracle {
        /// What to compare: `authorization`, `config-maps`, `gateway-api-gateways`, `gateway-listeners`, `ingress-gateways`,
        /// `injection`, `mutual-tls`, `network-policy`, `outbound-clusters` or `routes`; each when it is absent
        topic: Option<String>,
        /// How many configurations to generate
        #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..))]
        cases: u64,
        /// What they follow from
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The oracle; `ci/lab/lab oracle` builds the one that is asked when this is absent
        #[arg(long, value_name = "FILE")]
        oracle: Option<PathBuf>,
        /// How many oracles to ask at once
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
        jobs: u64,
        /// Keep small configurations in which something is decided that no case of the corpus has yet
        #[arg(long)]
        keep_new: bool,
    },
}

fn main() -> Result<()> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match Cli::parse().task {
        Task::Check { release } => check::check(top, release),
        Task::Bless => bless::bless(top),
        Task::Structure => check::structure(top),
        Task::Record { flavour } if flavour == "upstream" => {
            record::healthy(top, "reference").and_then(|()| record::broken(top))
        }
        Task::Record { flavour } => record::healthy(top, &flavour),
        Task::RecordObject { file } => record_object::put(top, &file),
        Task::Dump => dump::compare(top),
        Task::Faults { generated: true, .. } => generated::score(top),
        Task::Faults { from: Some(outcomes), .. } => faults::keep(top, &outcomes),
        Task::Faults { names, from: None, .. } => faults::prove(top, &names),
        Task::Oracle { topic, cases, seed, oracle, jobs, keep_new: keeps_new } => {
            oracle::compare(top, OracleRun { cases, seed, jobs, keeps_new }, oracle, topic.as_deref())
        }
    }
}
