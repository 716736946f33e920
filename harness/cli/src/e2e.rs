//! `cargo test --test e2e`: the whole stack on kind, or a named cluster, behind libtest's look.

use crate::error::CliError;
use crate::output::runtime;
use crate::{libtest, source};
use inputs::InputLayers;
use libtest_mimic::Arguments;
use report::file_list;
use run::plan::select;
use run::{Registry, RunError, Session};
use std::sync::Arc;
use vocabulary::ExitCode;

const NEXTEST: &str = "error: nextest starts one process a test and reads a skip as a pass, so it would run the stack's \
                       checks against nothing\nhint: run `cargo test --test e2e`\n";

/// Runs the checks as tests. The environment and `meshproof.toml` choose the cluster; without them it is kind.
pub fn main(registry: &Registry) -> ExitCode {
    let mut arguments = Arguments::from_args();
    if libtest::is_under_nextest() {
        anstream::eprint!("{NEXTEST}");
        return ExitCode::Usage;
    }
    let ids: Vec<_> = registry.checks.iter().map(|check| check.id).collect();
    if arguments.list {
        libtest::list(&arguments, &ids);
        return ExitCode::Passed;
    }
    if !libtest::selects_any(&arguments, &ids) {
        anstream::eprintln!("error: the filter leaves no check to run\nhint: list them with `--list`");
        return ExitCode::NothingSelected;
    }
    crate::output::start_logging(0);
    // Checks wait for events; cores do not bound how many can be in flight.
    arguments.test_threads.get_or_insert(ids.len());
    run(registry, &arguments).unwrap_or_else(|error| {
        anstream::eprint!("{}", error.render());
        error.exit_code()
    })
}

fn run(registry: &Registry, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let layers =
        InputLayers { file: std::env::var_os("MESHPROOF_CONFIG").map(Into::into), ..InputLayers::default() };
    let inputs = layers.merge()?;
    let selected = select(&registry.checks, &[])?;
    let runtime = runtime()?;
    let source = runtime.block_on(source::source_installed(registry, &inputs))?;
    let session = runtime.block_on(Session::open(registry, &selected, layers, source, Vec::new()))?;
    let session = Arc::new(session);
    libtest::run(arguments, &session, runtime.handle());

    let swept = runtime.block_on(session.clean_up());
    let folder = session.folder().to_owned();
    let Some(session) = Arc::into_inner(session) else {
        return Ok(ExitCode::Bug);
    };
    let record = session.finish()?;
    swept.map_err(RunError::CleanUp)?;
    anstream::eprintln!("{} are in {}", file_list(), folder.display());
    Ok(ExitCode::of_outcomes(&record.summary, false))
}
