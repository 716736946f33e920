//! A run of all tests that goes on after one fails, and knows in the end which did.

use crate::program::cargo;
use anyhow::{Context, Result, anyhow, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;

/// What runs them: all packages, whatever fails.
pub(crate) const ALL_TESTS: &[&str] = &["test", "--quiet", "--workspace", "--no-fail-fast"];

/// Runs all tests, shows what they print, and names those that failed: `-p suites --test faults: a, b`.
pub(crate) fn failures(top: &Path, environment: &[(&str, &str)]) -> Result<Vec<String>> {
    let mut command = cargo(top, ALL_TESTS);
    command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("could not start cargo")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let errors = std::thread::spawn(move || show(stderr, &mut std::io::stderr()));
    let tests = failed_tests(&show(stdout, &mut std::io::stdout()));
    let errors = errors.join().map_err(|_| anyhow!("could not read what cargo wrote to stderr"))?;
    let targets = failed_targets(&errors);
    let status = child.wait()?;
    if !status.success() && targets.is_empty() {
        bail!("`cargo {}` ended with {status}", ALL_TESTS.join(" "));
    }
    Ok(by_target(targets, tests))
}

/// Shows lines as they come, and keeps them.
fn show(from: Option<impl Read>, to: &mut impl Write) -> Vec<String> {
    let Some(from) = from else { return Vec::new() };
    let mut kept = Vec::new();
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        // The tests go on, whether somebody looks or not.
        let _ = to.write_all(&[&line[..], b"\n"].concat()).and_then(|()| to.flush());
        kept.push(String::from_utf8_lossy(&line).into_owned());
    }
    kept
}

/// The tests that failed, a list for each binary in which any did.
fn failed_tests(lines: &[String]) -> Vec<Vec<String>> {
    let (mut binaries, mut tests, mut is_list) = (Vec::new(), Vec::new(), false);
    for line in lines {
        if line == "failures:" {
            // What was printed comes first, and the names last.
            tests.clear();
            is_list = true;
        } else if line.starts_with("test result: FAILED") {
            binaries.push(std::mem::take(&mut tests));
            is_list = false;
        } else if let Some(test) = line.strip_prefix("    ").filter(|_| is_list) {
            tests.push(test.trim().to_owned());
        } else {
            is_list &= line.is_empty();
        }
    }
    binaries
}

/// The binaries in which a test failed, as cargo names them in the end.
fn failed_targets(lines: &[String]) -> Vec<String> {
    let begin = lines.iter().rposition(|line| line.starts_with("error: ") && line.ends_with(" failed:"));
    let named = lines[begin.map_or(lines.len(), |at| at + 1)..].iter();
    let named = named.map_while(|line| line.trim().strip_prefix('`')?.strip_suffix('`'));
    named.map(ToOwned::to_owned).collect()
}

/// A line for each binary. One that was killed has named no tests, so that nobody knows whose the names are.
fn by_target(targets: Vec<String>, tests: Vec<Vec<String>>) -> Vec<String> {
    if targets.len() == tests.len() {
        let pairs = targets.into_iter().zip(tests);
        return pairs.map(|(target, tests)| format!("{target}: {}", tests.join(", "))).collect();
    }
    targets.into_iter().chain(tests.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(ToOwned::to_owned).collect()
    }

    const STDOUT: &str = "
running 3 tests
.F.
failures:

---- one::fails stdout ----
    an indented line
failures:
    no test

failures:
    one::fails
    two

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s

running 1 test
.
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s

failures:

failures:
    three

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s
";

    const STDERR: &str = "error: test failed, to rerun pass `-p a --test one`
error: 2 targets failed:
    `-p a --test one`
    `-p b --lib`
";

    #[test]
    fn failures_are_told_by_binary() {
        let failures = by_target(failed_targets(&lines(STDERR)), failed_tests(&lines(STDOUT)));
        assert_eq!(failures, ["-p a --test one: one::fails, two", "-p b --lib: three"]);
    }

    #[test]
    fn killed_binary_is_named_beside_the_tests() {
        let failures = by_target(failed_targets(&lines(STDERR)), vec![vec!["three".to_owned()]]);
        assert_eq!(failures, ["-p a --test one", "-p b --lib", "three"]);
    }

    #[test]
    fn run_without_a_failure_names_none() {
        assert!(failed_targets(&lines("warning: nothing")).is_empty());
        assert!(failed_tests(&lines("test result: ok. 1 passed")).is_empty());
    }
}
