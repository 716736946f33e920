//! What every command uses: stdout, stderr with the log, and the asynchronous runtime.

use crate::error::CliError;
use report::terminal::style::YELLOW;
use std::io::{self, Write};

/// Prints data to stdout. A reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CliError::Output),
    }
}

/// Tells a person something on stderr. Where stderr is closed or full, there is nowhere to report it, and nothing depends on it.
pub(crate) fn tell(text: &str) {
    // none: nothing depends on what is told, and there is no other place to tell it
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Warns a person on stderr.
pub(crate) fn warn(text: &str) {
    tell(&format!("{YELLOW}warning:{YELLOW:#} {text}\n"));
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
        .with_writer(|| LogWriter)
        .without_time()
        .init();
}

/// Writes the log to stderr. An error would be printed to stderr, too, by a macro that panics where it cannot.
struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // none: a log that cannot be written changes nothing
        let _ = io::stderr().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A runtime for one command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)
}
