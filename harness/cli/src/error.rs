//! Everything that can go wrong for a user, with its exit code and what to do about it.

use fault::FaultEngineError;
use fault::case::FaultCaseError;
use fault::generate::rules::EquivalenceRulesError;
use inputs::InputsError;
use record::RecordingError;
use record::bundle::BundleError;
use record::journal::JournalError;
use report::terminal::style::{BOLD, RED};
use run::{DetectError, RunError, SelectionError};
use stack::install::{DEFAULT_FLAVOUR, InstallError};
use stack::provider::ProviderError;
use std::fmt::Write;
use thiserror::Error;
use undo::UndoError;
use vocabulary::{ExitCode, chain};
use world::FilesError;

/// The hint where a cluster is not healed.
const UNDO_HINT: &str =
    "heal it with `meshproof fault --undo`, or make the cluster anew with `meshproof up --fresh`";

/// What went wrong for a user.
#[derive(Debug, Error)]
pub enum CliError {
    /// A name selects nothing.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The inputs are wrong.
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// A run could not begin or end.
    #[error(transparent)]
    Run(#[from] RunError),
    /// There is no cluster to work with.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The stack could not be installed or removed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// The faults could not be tried.
    #[error(transparent)]
    Faults(#[from] FaultEngineError),
    /// The faults of a killed run could not be healed.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// A fault of the program is broken.
    #[error(transparent)]
    Case(#[from] FaultCaseError),
    /// The rules of equivalence of the program are broken.
    #[error(transparent)]
    Rules(#[from] EquivalenceRulesError),
    /// No fault is named.
    #[error("no fault is named")]
    NoFault,
    /// The command is for clusters that meshproof made.
    #[error("`meshproof {command}` works on a kind cluster that meshproof made, and on no other")]
    NotOurs {
        /// The command.
        command: &'static str,
    },
    /// The command is for a cluster, and none is named.
    #[error("`meshproof {command}` needs a cluster, and none is named")]
    NeedsCluster {
        /// The command.
        command: &'static str,
    },
    /// No selected check reads the resource by name.
    #[error("no selected check reads `{object}` by its name")]
    NotReadByName {
        /// What was named.
        object: String,
        /// The resources that are read by name.
        resources: Vec<String>,
    },
    /// The table of what checks read is broken.
    #[error("the embedded table of what checks read is broken")]
    Reads(#[source] serde_json::Error),
    /// The command does more than is allowed.
    #[error("`meshproof {command}` is not allowed on a cluster that is only read")]
    NotAllowed {
        /// The command.
        command: &'static str,
        /// What would have to be allowed.
        tier: vocabulary::Tier,
    },
    /// An embedded recording is broken.
    #[error("the embedded recording is broken")]
    Recording(#[from] RecordingError),
    /// There is no such recording.
    #[error("there is no recording `{name}`")]
    UnknownRecording {
        /// What was named.
        name: String,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// The files cannot be judged.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The bundle cannot be judged.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Something was to be written as JSON and could not be.
    #[error("could not write JSON")]
    Json(#[from] serde_json::Error),
    /// The output could not be written.
    #[error("could not write to stdout")]
    Output(#[source] std::io::Error),
    /// Somebody asked to stop before anything was judged, or in the middle of what is repeated.
    #[error("stopped by {by}")]
    Interrupted {
        /// What asked.
        by: String,
        /// What a person does next.
        hint: &'static str,
    },
    /// Somebody asked to end at once.
    #[error("ended at once by a second signal; {left}")]
    EndedAtOnce {
        /// What is left, as a sentence.
        left: String,
        /// What a person does next.
        hint: &'static str,
    },
    /// The handlers of signals could not be installed.
    #[error("could not listen for signals")]
    Signals(#[source] std::io::Error),
    /// A part of the command panicked.
    #[error("a part of the command ended without an answer")]
    Crashed(#[source] tokio::task::JoinError),
    /// A test still holds the run after all tests have ended.
    #[error("the run is still under way after its tests have ended")]
    SharedSession,
    /// The asynchronous runtime did not start.
    #[error("could not start the runtime")]
    Runtime(#[source] std::io::Error),
}

impl CliError {
    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Selection(_)
            | Self::Inputs(_)
            | Self::NoFault
            | Self::NotOurs { .. }
            | Self::NeedsCluster { .. }
            | Self::NotAllowed { .. }
            | Self::NotReadByName { .. }
            | Self::UnknownRecording { .. }
            | Self::Files(_)
            | Self::Bundle(_)
            | Self::Run(
                RunError::Recording(_)
                | RunError::Journal(JournalError::Read { .. } | JournalError::Unreadable { .. })
                | RunError::NoHeader { .. }
                | RunError::Bundle(_)
                | RunError::Inputs(_)
                | RunError::Detect(DetectError::UnknownFlavour(_)),
            )
            | Self::Faults(FaultEngineError::Inputs(_)) => ExitCode::Usage,
            Self::Run(RunError::Detect(_) | RunError::Provider(_) | RunError::Undo(_))
            | Self::Provider(_)
            | Self::Install(_)
            | Self::Faults(
                FaultEngineError::Provider(_)
                | FaultEngineError::Run(_)
                | FaultEngineError::OtherFlavour(_)
                | FaultEngineError::Change { .. },
            )
            | Self::Undo(_) => ExitCode::Environment,
            Self::Faults(FaultEngineError::Heal { .. } | FaultEngineError::Undo(_)) => ExitCode::FaultMissed,
            Self::Faults(FaultEngineError::Write { .. } | FaultEngineError::Interrupted { .. })
            | Self::Run(RunError::Journal(JournalError::Write { .. }) | RunError::CleanUp(_))
            | Self::Interrupted { .. }
            | Self::EndedAtOnce { .. }
            | Self::Output(_) => ExitCode::Errored,
            Self::Recording(_)
            | Self::Reads(_)
            | Self::Json(_)
            | Self::Runtime(_)
            | Self::Case(_)
            | Self::Rules(_)
            | Self::Signals(_)
            | Self::Crashed(_)
            | Self::SharedSession => ExitCode::Bug,
        }
    }

    /// What a person does about it.
    fn hint(&self) -> Option<String> {
        match self {
            Self::Selection(error) if error.similar.is_empty() => {
                Some("list them with `meshproof list`".to_owned())
            }
            Self::Selection(error) => Some(format!("did you mean {}", error.similar.join(", "))),
            Self::Inputs(error) | Self::Run(RunError::Inputs(error)) => Some(error.hint()),
            Self::Provider(error)
            | Self::Run(RunError::Provider(error))
            | Self::Undo(UndoError::InUse(error)) => Some(error.hint()),
            Self::Run(RunError::Detect(error)) => error.hint(),
            Self::Install(error) => Some(error.hint()),
            Self::NoFault => Some(
                "name faults (`<check>/<fault>`), checks, areas or suites, or try them all with `--all`"
                    .to_owned(),
            ),
            Self::NotOurs { .. } => {
                Some("leave out `--context`; a cluster of yours is judged, never installed on".to_owned())
            }
            Self::Faults(error) => fault_hint(error),
            Self::Undo(_) | Self::Run(RunError::Undo(_)) => Some(UNDO_HINT.to_owned()),
            Self::NeedsCluster { .. } => Some(
                "name one with `--context <name>`, or the kind cluster with `--provider kind`".to_owned(),
            ),
            Self::UnknownRecording { known, .. } => Some(format!("name one of {}", known.join(", "))),
            Self::Files(error) => Some(error.hint().to_owned()),
            Self::Bundle(error) | Self::Run(RunError::Bundle(error)) => Some(bundle_hint(error)),
            Self::Run(RunError::Recording(_)) => {
                Some("judge it with the version of meshproof that made it".to_owned())
            }
            Self::NotReadByName { resources, .. } if resources.is_empty() => {
                Some("leave out `--with`: the selected checks read nothing by its name".to_owned())
            }
            Self::NotReadByName { resources, .. } => {
                Some(format!("name `<resource>/<name>`, with one of {}", resources.join(", ")))
            }
            Self::NotAllowed { tier, .. } => Some(format!("allow it with `--allow {tier}`")),
            Self::Run(
                RunError::Journal(JournalError::Read { .. } | JournalError::Unreadable { .. })
                | RunError::NoHeader { .. },
            ) => Some(
                "name the folder of a run, which holds the `journal.jsonl` that meshproof wrote".to_owned(),
            ),
            Self::Run(RunError::Journal(JournalError::Write { .. })) => {
                Some("name a folder that can be written to with `--out`".to_owned())
            }
            Self::Run(RunError::CleanUp(_)) => Some("remove it with `meshproof sweep`".to_owned()),
            Self::Interrupted { hint, .. } | Self::EndedAtOnce { hint, .. } => Some((*hint).to_owned()),
            Self::Output(_) => Some("let stdout lead to a file or pipe that can be written to".to_owned()),
            Self::Recording(_)
            | Self::Reads(_)
            | Self::Json(_)
            | Self::Runtime(_)
            | Self::Signals(_)
            | Self::Crashed(_)
            | Self::SharedSession
            | Self::Case(_)
            | Self::Rules(_) => Some(
                "this is a bug in meshproof: report it with the command line and what it printed".to_owned(),
            ),
        }
    }

    /// The error as a person reads it: the chain in one line, the hint in another.
    pub fn render(&self) -> String {
        let mut text = format!("{RED}error:{RED:#} {}\n", chain(self));
        if let Some(hint) = self.hint() {
            let _ = writeln!(text, "{BOLD}hint:{BOLD:#} {hint}");
        }
        text
    }
}

fn fault_hint(error: &FaultEngineError) -> Option<String> {
    match error {
        FaultEngineError::Provider(error) | FaultEngineError::Run(RunError::Provider(error)) => {
            Some(error.hint())
        }
        FaultEngineError::Inputs(error) => Some(error.hint()),
        FaultEngineError::OtherFlavour(_) => {
            Some(format!("bring up the other stack: `meshproof up --fresh --flavour {DEFAULT_FLAVOUR}`"))
        }
        FaultEngineError::Heal { .. } | FaultEngineError::Undo(_) | FaultEngineError::Change { .. } => {
            Some(UNDO_HINT.to_owned())
        }
        FaultEngineError::Write { .. } => {
            Some("name a folder that can be written to with `--out`".to_owned())
        }
        FaultEngineError::Run(RunError::Detect(error)) => error.hint(),
        FaultEngineError::Interrupted { .. } => {
            Some("no fault was brought in, and what the run made is removed; repeat it".to_owned())
        }
        FaultEngineError::Run(RunError::CleanUp(_)) => Some("remove it with `meshproof sweep`".to_owned()),
        FaultEngineError::Run(_) => None,
    }
}

fn bundle_hint(error: &BundleError) -> String {
    match error {
        BundleError::Io { .. } => "name a bundle that exists and can be read",
        BundleError::Other => "name the `bundle.tar.gz` of a run's folder",
        BundleError::Format(_) | BundleError::Recording(_) => {
            "judge it with the version of meshproof that made it"
        }
        BundleError::Oversized | BundleError::OversizedContent => {
            "no run makes one of that size; ask where it came from"
        }
        BundleError::Damaged => "copy it once more from where it was made; it cannot be mended",
        BundleError::Malformed(_) | BundleError::Journal { .. } => {
            "meshproof does not write such a bundle; ask where it came from"
        }
        BundleError::NoEntry(_) => "list what it holds with `meshproof bundle ls`",
    }
    .to_owned()
}
