//! The checks on a real cluster, behind libtest's look: `cargo test --test e2e`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo starts tests in their package; inputs and outputs are at the top of the workspace.
    let top = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    if let Err(error) = std::env::set_current_dir(top) {
        eprintln!("error: could not enter {top}: {error}");
        return vocabulary::ExitCode::Environment.into();
    }
    cli::e2e::main(&suites::suites()).into()
}
