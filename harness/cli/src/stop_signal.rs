//! Runs the work of a command until it ends, or a person or a program stops it. All commands that change anything end alike:
//! the first of SIGINT, SIGTERM and SIGHUP, or the end of the command's time, asks to stop; the second ends it at once.

use crate::error::CliError;
use crate::output::{runtime, tell};
use inputs::RunTime;
use run::{StopRequest, StopSender, stop_channel};
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A signal that stops a command.
struct StopSignal {
    kind: fn() -> SignalKind,
    name: &'static str,
}

const SIGNALS: [StopSignal; 3] = [
    StopSignal { kind: SignalKind::interrupt, name: "SIGINT" },
    StopSignal { kind: SignalKind::terminate, name: "SIGTERM" },
    StopSignal { kind: SignalKind::hangup, name: "SIGHUP" },
];

/// What a person does after a command was stopped, and after it ended at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextStep {
    /// The hint.
    pub(crate) hint: &'static str,
    /// What may be left when it ended at once, as a sentence.
    pub(crate) left: &'static str,
}

/// Runs the work of a command that can be dropped at any point, since it is repeated from where it was. A request to stop ends it.
pub(crate) fn run_droppable<T>(
    next: NextStep,
    work: impl AsyncFnOnce(StopRequest) -> Result<T, CliError>,
) -> Result<T, CliError> {
    run_to_end(None, next, async |stop| {
        let stopped = stop.clone();
        unless_stopped(&stopped, next, work(stop)).await
    })
}

/// The result of work that can be dropped at any point, unless somebody asks to stop.
pub(crate) async fn unless_stopped<T>(
    stop: &StopRequest,
    next: NextStep,
    work: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let interrupted = |by| Err(CliError::Interrupted { by, hint: next.hint });
    let result = tokio::select! {
        biased;
        result = work => result,
        by = stop.requested() => return interrupted(by),
    };
    match (result, stop.requested_by()) {
        // A program that the command runs gets the signals of a terminal, too: that it failed is no news then.
        (Err(_), Some(by)) => interrupted(by),
        (result, _) => result,
    }
}

/// Runs the work of a command that ends by itself when it is asked to stop. A second request ends it at once; `time` asks, too.
pub(crate) fn run_to_end<T>(
    time: Option<RunTime>,
    next: NextStep,
    work: impl AsyncFnOnce(StopRequest) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let (sender, stop) = stop_channel();
        let sender = Arc::new(sender);
        for StopSignal { kind, name } in SIGNALS {
            if is_ignored(kind()) {
                continue;
            }
            let signal = signal(kind()).map_err(CliError::Signals)?;
            tokio::spawn(forward(signal, name, Arc::clone(&sender)));
        }
        if let Some(time) = time {
            tokio::spawn(end_time(time, stop.clone(), sender));
        }
        end_at_second_request(stop, next, work).await
    });
    // A file that is being written on a disk that does not answer keeps nobody from ending.
    runtime.shutdown_background();
    result
}

async fn end_at_second_request<T>(
    stop: StopRequest,
    next: NextStep,
    work: impl AsyncFnOnce(StopRequest) -> Result<T, CliError>,
) -> Result<T, CliError> {
    tokio::select! {
        biased;
        result = work(stop.clone()) => result,
        () = stop.repeated() => Err(CliError::EndedAtOnce { left: next.left.to_owned(), hint: next.hint }),
    }
}

/// Whether whoever started this process wants a signal to be ignored, as `nohup` does. Not every system says so.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default(); // none: what cannot be read is listened to
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()); // none: what is no number is listened to
    mask.is_some_and(|mask| mask & (1 << (kind.as_raw_value() - 1)) != 0)
}

async fn forward(mut signal: Signal, name: &'static str, sender: Arc<StopSender>) {
    while signal.recv().await.is_some() {
        if !sender.ask(name) {
            tell(&format!("stopping, since {name} came; a second signal ends at once\n"));
        }
    }
}

/// Asks to stop when the time has ended.
async fn end_time(time: RunTime, stop: StopRequest, sender: Arc<StopSender>) {
    if tokio::time::timeout(time.duration(), stop.requested()).await.is_err() {
        tell(&format!("stopping, since the time of {time} has ended; a signal ends at once\n"));
        sender.ask_once(&format!("the end of its time of {time}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: NextStep = NextStep { hint: "repeat it", left: "a half" };

    #[test]
    fn end_of_the_time_asks_to_stop() {
        let time = "50ms".parse().unwrap();
        let by = run_to_end(Some(time), NEXT, async |stop| Ok(stop.requested().await)).unwrap();
        assert_eq!(by, "the end of its time of 50ms");
    }

    #[test]
    fn work_that_ends_in_time_is_not_stopped() {
        let time = "10s".parse().unwrap();
        assert_eq!(run_to_end(Some(time), NEXT, async |stop| Ok(stop.requested_by())).unwrap(), None);
    }

    #[tokio::test]
    async fn second_request_ends_work_that_does_not_end() {
        let (sender, stop) = stop_channel();
        let work = async |stop: StopRequest| {
            stop.requested().await;
            sender.ask("SIGTERM");
            std::future::pending::<Result<(), CliError>>().await
        };
        sender.ask("SIGINT");
        let error = end_at_second_request(stop, NEXT, work).await.unwrap_err();
        assert_eq!(error.to_string(), "ended at once by a second signal; a half");
        assert!(error.render().ends_with("repeat it\n"), "{}", error.render());
    }

    #[tokio::test]
    async fn error_after_a_request_is_the_request() {
        let (sender, stop) = stop_channel();
        sender.ask("SIGINT");
        let failed = unless_stopped(&stop, NEXT, async { Err::<(), _>(CliError::NoFault) }).await;
        assert_eq!(failed.unwrap_err().to_string(), "stopped by SIGINT");
    }

    #[test]
    fn error_of_the_work_is_returned() {
        let failed = run_droppable(NEXT, async |_| Err::<(), _>(CliError::NoFault));
        assert!(matches!(failed, Err(CliError::NoFault)));
    }
}
