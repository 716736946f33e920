//! Runs programs: kind, istioctl, the container engine's client. Each has a deadline and a limit on its output, and the end
//! of its stderr goes into the error.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::timeout;

/// How long a program may take that only asks, or changes one thing on this machine.
const SHORT: Duration = Duration::from_mins(1);
/// How long a program may take that pulls images or makes nodes.
pub const LONG: Duration = Duration::from_mins(15);
/// How many bytes of stdout a program may write.
const MOST_OUTPUT: usize = 64 << 20;
/// How many bytes of the end of stderr are read.
const STDERR_TAIL: usize = 16 << 10;
/// How many lines of stderr an error repeats.
const LAST_LINES: usize = 4;

/// A program failed.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// There is no such program.
    #[error("there is no program `{}`", program.display())]
    NotFound {
        /// The name or path that was looked for.
        program: PathBuf,
    },
    /// It could not be started, or its output could not be read.
    #[error("could not run `{command}`")]
    Run {
        /// The command.
        command: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Its exit status is not 0.
    #[error("`{command}` ended with {status}: {stderr}")]
    Failed {
        /// The command.
        command: String,
        /// Its exit status.
        status: ExitStatus,
        /// The last lines of its stderr, in one line.
        stderr: String,
    },
    /// It did not end in time, and was killed.
    #[error("`{command}` did not end within {limit}, and was killed: {stderr}")]
    TimeEnded {
        /// The command.
        command: String,
        /// The time that it had.
        limit: humantime::Duration,
        /// The last lines of its stderr until then, in one line.
        stderr: String,
    },
    /// It wrote more than is read, and was killed.
    #[error("`{command}` wrote more than {limit} bytes, and was killed")]
    Oversized {
        /// The command.
        command: String,
        /// How many bytes it may write.
        limit: usize,
    },
    /// Its output is not UTF-8.
    #[error("`{command}` wrote what is not UTF-8")]
    NotText {
        /// The command.
        command: String,
    },
}

/// A program with its arguments. It is killed when the future of its run is dropped.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    stdin: Option<String>,
    limit: Duration,
    most_output: usize,
}

/// What a program wrote until now.
#[derive(Debug, Default)]
struct Output {
    stdout: Vec<u8>,
    /// Its end only.
    stderr: Vec<u8>,
}

impl Program {
    /// A program by its name on the PATH, or by its path.
    pub fn new<I, A>(path: &Path, arguments: I) -> Self
    where
        I: IntoIterator<Item = A>,
        A: Into<String>,
    {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { path: path.to_owned(), arguments, stdin: None, limit: SHORT, most_output: MOST_OUTPUT }
    }

    /// Sets the text that it reads on stdin.
    #[must_use]
    pub fn stdin(mut self, text: impl Into<String>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// Sets the time that it may take: a minute, unless it is set.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end, and returns its stdout.
    pub async fn run(self) -> Result<String, ProgramError> {
        let command = self.to_string();
        let failed = |source| ProgramError::Run { command: command.clone(), source };
        let mut child = Command::new(&self.path)
            .args(self.arguments.iter().map(OsStr::new))
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::NotFound => ProgramError::NotFound { program: self.path.clone() },
                _ => failed(source),
            })?;
        let mut output = Output::default();
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let Output { stdout: written, stderr: said } = &mut output;
        let feed = async {
            if let (Some(mut pipe), Some(text)) = (stdin, &self.stdin) {
                // A program may close its stdin early. Its exit status says whether that was an error.
                let _ = pipe.write_all(text.as_bytes()).await;
            }
            Ok(())
        };
        let most = self.most_output;
        let ended = timeout(self.limit, async {
            tokio::try_join!(feed, read_start(stdout, written, most), read_end(stderr, said))?;
            // One that writes too much waits for a reader, and does not end.
            if written.len() > most { Ok(None) } else { child.wait().await.map(Some) }
        });
        let ended = ended.await;
        let stderr = last_lines(&String::from_utf8_lossy(&output.stderr));
        // Where it has not ended, it is killed when `child` is dropped.
        let Ok(status) = ended else {
            return Err(ProgramError::TimeEnded { command, limit: self.limit.into(), stderr });
        };
        match status.map_err(failed)? {
            None => Err(ProgramError::Oversized { command, limit: self.most_output }),
            Some(status) if !status.success() => Err(ProgramError::Failed { command, status, stderr }),
            Some(_) => String::from_utf8(output.stdout).map_err(|_| ProgramError::NotText { command }),
        }
    }
}

impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        write!(f, "{}", name.display())?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}

/// Reads a stream to its end, or until it is longer than `most`.
async fn read_start(
    stream: Option<impl AsyncRead + Unpin>,
    start: &mut Vec<u8>,
    most: usize,
) -> std::io::Result<()> {
    if let Some(stream) = stream {
        stream.take(most as u64 + 1).read_to_end(start).await?;
    }
    Ok(())
}

/// Reads a stream to its end, and keeps its last bytes.
async fn read_end(stream: Option<impl AsyncRead + Unpin>, end: &mut Vec<u8>) -> std::io::Result<()> {
    let Some(mut stream) = stream else { return Ok(()) };
    while stream.read_buf(end).await? > 0 {
        let surplus = end.len().saturating_sub(STDERR_TAIL);
        end.drain(..surplus);
    }
    Ok(())
}

/// The last lines that are not empty, in one line.
fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => "(it said nothing)".to_owned(),
        lines => lines[lines.len().saturating_sub(LAST_LINES)..].join(" / "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        Program::new(Path::new("/bin/sh"), ["-c", script])
    }

    #[tokio::test]
    async fn output_is_returned() {
        let program = Program::new(Path::new("cat"), ["-"]).stdin("hello");
        assert_eq!(program.run().await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn failure_repeats_its_stderr() {
        let error = shell("echo a >&2; echo; echo b >&2; exit 3").run().await.unwrap_err();
        let expected = "`sh -c echo a >&2; echo; echo b >&2; exit 3` ended with exit status: 3: a / b";
        assert_eq!(error.to_string(), expected);
    }

    #[tokio::test]
    async fn missing_program_is_named() {
        let error = Program::new(Path::new("no-such-program"), ["x"]).run().await.unwrap_err();
        assert_eq!(error.to_string(), "there is no program `no-such-program`");
    }

    #[tokio::test]
    async fn program_that_does_not_end_is_killed() {
        // The shell's child holds both pipes open after the shell is killed.
        let hung = shell("echo pulling >&2; sleep 30; true").within(Duration::from_millis(200));
        let expected =
            "`sh -c echo pulling >&2; sleep 30; true` did not end within 200ms, and was killed: pulling";
        assert_eq!(hung.run().await.unwrap_err().to_string(), expected);
    }

    #[tokio::test]
    async fn program_that_writes_without_an_end_is_killed() {
        let mut endless = shell("yes");
        endless.most_output = 1_000;
        let error = endless.run().await.unwrap_err();
        assert_eq!(error.to_string(), "`sh -c yes` wrote more than 1000 bytes, and was killed");
    }

    #[tokio::test]
    async fn only_the_end_of_stderr_is_kept() {
        let program = shell("yes | head -n 100000 >&2; echo last >&2; exit 1");
        let error = program.run().await.unwrap_err().to_string();
        assert!(error.ends_with("y / y / y / last"), "{error}");
    }
}
