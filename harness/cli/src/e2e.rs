//! `cargo test --test e2e`: the whole stack on kind, or a named cluster, behind libtest's look.

use crate::error::CliError;
use crate::output::tell;
use crate::stop_signal::NextStep;
use crate::{crash, libtest, run_end, source, stop_signal};
use inputs::InputLayers;
use libtest_mimic::Arguments;
use report::terminal;
use run::{Registry, Session};
use std::sync::Arc;
use tokio::runtime::Handle;
use vocabulary::ExitCode;
use world::Check;

const NEXTEST: &str = "error: nextest starts one process a test and reads a skip as a pass, so it would run the stack's \
                       checks against nothing\nhint: run `cargo test --test e2e`\n";

/// What a person does after the tests were stopped.
const NEXT: NextStep = NextStep {
    hint: "nothing was judged; repeat `cargo test --test e2e` to go on",
    left: "the cluster may not be finished",
};

/// Runs the checks as tests. The environment and `meshproof.toml` choose the cluster; without them it is kind.
pub fn main(registry: &Registry) -> ExitCode {
    crash::catch(|| run_tests(registry))
}

fn run_tests(registry: &Registry) -> ExitCode {
    let mut arguments = Arguments::from_args();
    if libtest::is_under_nextest() {
        tell(NEXTEST);
        return ExitCode::Usage;
    }
    let ids: Vec<_> = registry.checks.iter().map(|check| check.id).collect();
    if arguments.list {
        libtest::list(&arguments, &ids);
        return ExitCode::Passed;
    }
    let is_selected = |check: &&'static Check| libtest::selects_any(&arguments, &[check.id]);
    let selected: Vec<_> = registry.checks.iter().copied().filter(is_selected).collect();
    if selected.is_empty() {
        tell("error: the filter leaves no check to run\nhint: list them with `--list`\n");
        return ExitCode::NothingJudged;
    }
    crate::output::start_logging(0);
    // Checks wait for events; cores do not bound how many can be in flight.
    arguments.test_threads.get_or_insert(ids.len());
    run(registry, &arguments, &selected).unwrap_or_else(|error| {
        tell(&error.render());
        error.exit_code()
    })
}

/// Runs the selected checks: the filter is applied before the run is planned, so that all that is planned is to have a verdict.
fn run(
    registry: &Registry,
    arguments: &Arguments,
    selected: &[&'static Check],
) -> Result<ExitCode, CliError> {
    let layers =
        InputLayers { file: std::env::var_os("MESHPROOF_CONFIG").map(Into::into), ..InputLayers::default() };
    let inputs = layers.merge()?;
    let (run, swept) = stop_signal::run_to_end(inputs.timeout, NEXT, async |stop| {
        let open = Box::pin(async {
            let source = source::source_installed(registry, &inputs).await?;
            Ok::<_, CliError>(Session::open(registry, selected, layers, source, Vec::new()).await?)
        });
        let session = Arc::new(stop_signal::unless_stopped(&stop, NEXT, open).await?);
        let (handle, trials, asked) = (Handle::current(), Arc::clone(&session), stop.clone());
        let arguments = arguments.clone();
        let tests = tokio::task::spawn_blocking(move || libtest::run(&arguments, &trials, &handle, &asked));
        tokio::select! {
            biased;
            ended = tests => ended.map_err(CliError::Crashed)?,
            () = stop.repeated() => return Err(run_end::ended_at_once(&session)),
        }
        let session = Arc::into_inner(session).ok_or(CliError::SharedSession)?;
        run_end::end(session, &stop).await
    })?;
    run_end::warn_of_unwritten(&run.files);
    swept?;
    tell(&terminal::files_line(run.files.written(), run.files.folder()));
    Ok(run.record.exit_code(false))
}
