//! The binary `meshproof`: hands the suites to the harness.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(&suites::suites()).into()
}
