//! Makes a panic what it is: a bug in meshproof, with an exit code of its own and the way to report it.

use crate::output::tell;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use vocabulary::{ExitCode, one_line};

/// Runs a command. A panic in it is told as a bug, and ends it with the exit code of one.
pub(crate) fn catch(command: impl FnOnce() -> ExitCode) -> ExitCode {
    panic::set_hook(Box::new(|panic| tell(&report(panic))));
    // What the command holds is not looked at again.
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or(ExitCode::Bug)
}

/// What a person reads of a panic.
fn report(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic");
    let place =
        panic.location().map_or_else(String::new, |place| format!(", at {}:{}", place.file(), place.line()));
    let text = format!("{}{place}", one_line(&redact::text(text)));
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("{backtrace}\n"),
        _ => String::new(),
    };
    format!(
        "error: a bug in meshproof {}: {text}\n{backtrace}hint: report it to who gave you meshproof, with the command \
         line and what it printed with `RUST_BACKTRACE=1`\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_is_a_bug_with_its_exit_code() {
        assert_eq!(catch(|| panic!("a wire came loose")), ExitCode::Bug);
        assert_eq!(catch(|| ExitCode::Passed), ExitCode::Passed);
        drop(panic::take_hook());
    }
}
