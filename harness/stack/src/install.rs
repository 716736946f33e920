//! Installs the stack of the document from `fixtures/stack/<flavour>`: ordered steps, each with the conditions that end it.
//!
//! Installing twice changes nothing: every object is written by server-side apply under one field manager, and fields that
//! a controller fills in are left to it.

mod container;
mod download;
mod dry_run;
pub mod error;
pub mod halt;
pub mod install_progress;
pub mod install_report;
mod install_step;
mod installation;
mod objects;
mod pod_troubles;
mod shortfall;
mod step_fixtures;
mod step_runner;
pub mod step_spec;
mod uninstall;
pub mod unmet_condition;
pub mod values;
pub mod wait_condition;

pub use dry_run::{RenderedStep, render};
pub use error::{InstallError, StepError};
pub use halt::HaltError;
pub use installation::install;
pub use step_fixtures::DEFAULT_FLAVOUR;
pub use uninstall::uninstall;
pub use unmet_condition::UnmetConditionError;
