//! Runs programs: kind, istioctl, the container engine's client. The end of their stderr goes into the error.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use thiserror::Error;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

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
}

impl Program {
    /// A program by its name on the PATH, or by its path.
    pub fn new<I, A>(path: &Path, arguments: I) -> Self
    where
        I: IntoIterator<Item = A>,
        A: Into<String>,
    {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { path: path.to_owned(), arguments, stdin: None }
    }

    /// Sets the text that it reads on stdin.
    #[must_use]
    pub fn stdin(mut self, text: impl Into<String>) -> Self {
        self.stdin = Some(text.into());
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
        let pipe = child.stdin.take();
        let feed = async {
            if let (Some(mut pipe), Some(text)) = (pipe, &self.stdin) {
                // A program may close its stdin early. Its exit status says whether that was an error.
                let _ = pipe.write_all(text.as_bytes()).await;
            }
        };
        let ((), output) = tokio::join!(feed, child.wait_with_output());
        let output = output.map_err(failed)?;
        if !output.status.success() {
            let stderr = last_lines(&String::from_utf8_lossy(&output.stderr));
            return Err(ProgramError::Failed { command, status: output.status, stderr });
        }
        String::from_utf8(output.stdout).map_err(|_| ProgramError::NotText { command })
    }
}

impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        write!(f, "{}", name.display())?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
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

    #[tokio::test]
    async fn output_is_returned() {
        let program = Program::new(Path::new("cat"), ["-"]).stdin("hello");
        assert_eq!(program.run().await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn failure_repeats_its_stderr() {
        let error = Program::new(Path::new("/bin/sh"), ["-c", "echo a >&2; echo; echo b >&2; exit 3"]);
        let error = error.run().await.unwrap_err();
        let expected = "`sh -c echo a >&2; echo; echo b >&2; exit 3` ended with exit status: 3: a / b";
        assert_eq!(error.to_string(), expected);
    }

    #[tokio::test]
    async fn missing_program_is_named() {
        let error = Program::new(Path::new("no-such-program"), ["x"]).run().await.unwrap_err();
        assert_eq!(error.to_string(), "there is no program `no-such-program`");
    }
}
