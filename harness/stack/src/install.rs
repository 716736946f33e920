//! Installing the stack of the document from fixtures: ordered steps, each with the condition that ends it.
//!
//! What is installed is `fixtures/stack/<flavour>`; here is only how. Installing twice changes nothing, since every
//! object is written by server-side apply under one field manager, and fields that a controller fills in are left to it.

pub mod condition;
mod container;
mod dry_run;
pub mod error;
mod explain;
pub mod halt;
mod installation;
mod objects;
pub mod progress;
mod read;
pub mod report;
pub mod spec;
mod step;
mod steps;
mod uninstall;
pub mod unmet;
pub mod values;

pub use dry_run::{Rendered, render};
pub use error::{InstallError, StepError};
pub use halt::HaltError;
pub use installation::install;
pub use uninstall::uninstall;
pub use unmet::Unmet;
