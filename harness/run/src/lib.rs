//! Plans a run, judges every check within its budget, collects diagnostics, and judges a bundle again.

mod attempt;
pub mod diagnostics;
mod error;
mod evidence;
pub mod plan;
mod registry;
pub mod replay;
mod run_folder;
mod session;
mod signals;
mod source;
mod waiting;

pub use attempt::{Attempt, attempt};
pub use error::RunError;
pub use plan::{PlanContext, PlannedCheck, SelectionError};
pub use registry::{DetectError, Detection, Registry};
pub use session::{Session, new_run_id};
pub use signals::StopSignals;
pub use source::{RunSource, connect, discover};
