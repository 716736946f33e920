//! What every command uses: stdout, the log on stderr, and the asynchronous runtime.

use crate::error::CliError;
use std::io::Write;

/// Prints data to stdout. A reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CliError::Output),
    }
}

/// The crates of which `--verbose` logs more.
const VERBOSE_CRATES: [&str; 8] = ["cli", "cluster", "fault", "run", "stack", "testbed", "undo", "world"];

/// Logs to stderr what the harness and its client do: warnings, or more.
pub(crate) fn start_logging(verbose: u8) {
    let ours = |level: &str| VERBOSE_CRATES.map(|name| format!("{name}={level}")).join(",");
    let level = match verbose {
        0 => "warn,kube_client=off,kube_runtime=off".to_owned(),
        1 => format!("info,{}", ours("debug")),
        _ => format!("debug,{}", ours("trace")),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .without_time()
        .init();
}

/// A runtime for one command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)
}
