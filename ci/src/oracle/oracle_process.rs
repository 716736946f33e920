//! A running oracle: cases in, answers out.

use crate::oracle::answer::Answer;
use crate::oracle::oracle_case::OracleCase;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running oracle.
#[derive(Debug)]
pub(super) struct OracleProcess {
    child: Child,
    cases: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl OracleProcess {
    /// Starts an oracle.
    pub(super) fn start(oracle: &Path) -> Result<Self> {
        let mut child = Command::new(oracle)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", oracle.display()))?;
        let cases = child.stdin.take().context("the oracle reads nothing")?;
        let answers = BufReader::new(child.stdout.take().context("the oracle says nothing")?);
        Ok(Self { child, cases, answers })
    }

    /// The answers to these cases, in their order.
    pub(super) fn ask(&mut self, cases: &[OracleCase]) -> Result<Vec<Answer>> {
        let mut text = Vec::new();
        for case in cases {
            serde_json::to_writer(&mut text, case)?;
            text.push(b'\n');
        }
        // An empty line asks for the answers.
        text.push(b'\n');
        let (input, output) = (&mut self.cases, &mut self.answers);
        // Writing waits for an oracle that waits for its answers to be read.
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || input.write_all(&text).and_then(|()| input.flush()));
            let answers: Result<Vec<_>> = cases.iter().map(|case| read_answer(output, case)).collect();
            let written = writer.join().unwrap_or_else(|_| Err(std::io::Error::other("the writer panicked")));
            let answers = answers?;
            written.context("could not write to the oracle")?;
            Ok(answers)
        })
    }

    /// Ends it.
    pub(super) fn end(self) -> Result<()> {
        let Self { mut child, cases, answers } = self;
        drop((cases, answers));
        let status = child.wait()?;
        if status.success() { Ok(()) } else { bail!("the oracle ended with {status}") }
    }
}

fn read_answer(output: &mut BufReader<ChildStdout>, case: &OracleCase) -> Result<Answer> {
    let mut line = String::new();
    if output.read_line(&mut line)? == 0 {
        bail!("the oracle ended before it answered case {}", case.id);
    }
    let answer: Answer = serde_json::from_str(&line).with_context(|| format!("the oracle said {line}"))?;
    if answer.id != case.id || !answer.error.is_empty() {
        bail!("the oracle could not answer case {}: {}", case.id, answer.error);
    }
    Ok(answer)
}
