//! Plans a run, judges every check within its budget, collects diagnostics, and judges a bundle again.

mod attempt;
mod cluster_claim;
pub mod derivation;
pub mod diagnostics;
mod error;
mod evidence;
mod finished_run;
pub mod plan;
pub mod read_table;
mod registry;
pub mod replay;
pub mod rights;
mod run_files;
mod session;
mod session_end;
mod source;
mod stop_request;
mod unfinished_run;
mod unwritten_file;
mod waiting;

pub use attempt::{Attempt, attempt};
pub use derivation::Derivation;
pub use error::RunError;
pub use finished_run::FinishedRun;
pub use plan::{PlanContext, PlannedCheck, SelectionError};
pub use read_table::ReadTable;
pub use registry::{DetectError, Detection, Registry};
pub use run_files::RunFiles;
pub use session::{Session, new_run_id};
pub use source::{RunSource, connect, discover};
pub use stop_request::{StopRequest, StopSender, stop_channel};
pub use unfinished_run::UnfinishedRun;
pub use unwritten_file::UnwrittenFile;
