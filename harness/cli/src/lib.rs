//! The command line, one file a subcommand.

mod arguments;
mod commands;
pub mod e2e;
mod error;
mod libtest;
mod output;
mod output_format;
mod source;

pub use arguments::main;
pub use error::CliError;
