//! The end of a run: what it made is removed, its files are written, and both are told.

use crate::error::CliError;
use crate::output::{print, warn};
use crate::output_format::OutputFormat;
use report::terminal;
use run::{FinishedRun, Registry, RunFiles, Session, StopRequest};
use vocabulary::chain;

/// Ends a run, unless somebody asks to end at once. What could not be removed or written is told, and changes no verdict: the
/// second value says whether all was removed.
pub(crate) async fn end(
    session: Session,
    stop: &StopRequest,
) -> Result<(FinishedRun, Result<(), CliError>), CliError> {
    let at_once = ended_at_once(&session);
    let end = async {
        let swept = session.clean_up().await.map(drop).map_err(|error| CliError::Run(error.into()));
        // It writes files, so a thread of its own does it.
        let finished = tokio::task::spawn_blocking(|| session.finish()).await.map_err(CliError::Crashed)?;
        Ok((finished, swept))
    };
    tokio::select! {
        biased;
        ended = end => ended,
        () = stop.repeated() => Err(at_once),
    }
}

/// The error of a run that ends at once, with what it may leave.
pub(crate) fn ended_at_once(session: &Session) -> CliError {
    let objects: Vec<_> = session.made_objects().iter().map(ToString::to_string).collect();
    match objects.as_slice() {
        [] => CliError::EndedAtOnce {
            left: "the reports are not written".to_owned(),
            hint: "make them from the journal with `meshproof report <folder of the run>`",
        },
        objects => CliError::EndedAtOnce {
            left: format!("what the run made may still be in the cluster: {}", objects.join(", ")),
            hint: "remove it with `meshproof sweep`",
        },
    }
}

/// Names each file that could not be written.
pub(crate) fn warn_of_unwritten(files: &RunFiles) {
    for error in files.unwritten() {
        warn(&chain(error));
    }
}

/// Prints how a run ended: as text for a person, or as one of its reports. That it could not be printed is told, and changes no
/// verdict.
pub(crate) fn print_run(registry: &Registry, run: &FinishedRun, format: OutputFormat) {
    let FinishedRun { record, files } = run;
    warn_of_unwritten(files);
    let printed = if format.is_terminal() {
        let body = terminal::body(record, &registry.cards(), files.folder(), terminal::width());
        print(&(body + &terminal::files_line(files.written(), files.folder())))
    } else {
        format.print_report(files)
    };
    if let Err(error) = printed {
        warn(&chain(&error));
    }
}
