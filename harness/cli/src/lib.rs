//! The command line, one file a subcommand.

mod arguments;
mod commands;
mod crash;
pub mod e2e;
mod error;
mod libtest;
mod output;
mod output_format;
mod run_end;
mod source;
mod stop_signal;

pub use arguments::main;
pub use error::CliError;
