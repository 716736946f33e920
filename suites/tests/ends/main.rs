//! How commands end: by signals, at the end of their time, on a full disk, into a closed pipe. The exit code is that of the
//! verdicts, no report looks more whole than it is, and what is lost is named.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_server;
mod small_disk;

use api_server::{ApiServer, Behaviour};
use rstest::rstest;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The check whose list never comes on a server that [`Behaviour::HangsOnOneList`].
const HANGS: &str = "mesh::mtls::no_weaker_override";

/// The binary in a folder of its own, without anything of this machine's environment that it could read.
fn meshproof(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshproof"));
    command.args(arguments).current_dir(folder).env_clear().env("HOME", folder);
    command.env("PATH", std::env::var_os("PATH").unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A run against a server, which began as soon as the server was asked what it is to wait for.
fn begin_run(folder: &Path, server: &ApiServer, more: &[&str]) -> Child {
    std::fs::write(folder.join("kubeconfig.yaml"), server.kubeconfig()).unwrap();
    let arguments =
        ["run", "--context", "current", "--kubeconfig", "kubeconfig.yaml", "--flavour", "upstream"];
    let child = meshproof(folder, &[&arguments, more].concat()).spawn().unwrap();
    server.await_hang();
    child
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

fn run_folder(folder: &Path) -> PathBuf {
    std::fs::read_dir(folder.join("out")).unwrap().next().unwrap().unwrap().path()
}

fn json_file(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn assert_ended(output: &Output, code: i32, told: &str) {
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.contains(told), "{told} is not in {stderr}");
}

#[rstest]
#[case("-INT", "SIGINT")]
#[case("-TERM", "SIGTERM")]
#[case("-HUP", "SIGHUP")]
fn signal_ends_a_run_that_waits_for_the_first_answer(#[case] signal: &str, #[case] name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let child = begin_run(folder.path(), &ApiServer::begin(Behaviour::SaysNothing), &[]);
    send(signal, &child);
    assert_ended(&child.wait_with_output().unwrap(), 3, &format!("error: stopped by {name}\n"));
    assert!(!folder.path().join("out").exists(), "nothing was judged");
}

#[test]
fn signal_that_is_to_be_ignored_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = ApiServer::begin(Behaviour::SaysNothing);
    std::fs::write(folder.path().join("kubeconfig.yaml"), server.kubeconfig()).unwrap();
    let mut command = Command::new("sh");
    // As `nohup` does.
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_meshproof")]);
    command.env_remove("MESHPROOF_CONFIG");
    command.args(["run", "--context", "current", "--kubeconfig", "kubeconfig.yaml"]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    server.await_hang();
    send("-HUP", &child);
    send("-TERM", &child);
    assert_ended(&child.wait_with_output().unwrap(), 3, "error: stopped by SIGTERM\n");
}

#[test]
fn end_of_the_time_ends_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let server = ApiServer::begin(Behaviour::SaysNothing);
    let child = begin_run(folder.path(), &server, &["--timeout", "300ms"]);
    assert_ended(&child.wait_with_output().unwrap(), 3, "error: stopped by the end of its time of 300ms\n");
}

#[rstest]
#[case::sweep(&["sweep", "--context", "current", "--kubeconfig", "kubeconfig.yaml", "--allow", "traffic"], "repeat `meshproof sweep` to go on")]
fn signal_ends_other_commands(#[case] arguments: &[&str], #[case] hint: &str) {
    let folder = tempfile::tempdir().unwrap();
    let server = ApiServer::begin(Behaviour::SaysNothing);
    std::fs::write(folder.path().join("kubeconfig.yaml"), server.kubeconfig()).unwrap();
    let child = meshproof(folder.path(), arguments).spawn().unwrap();
    server.await_hang();
    send("-TERM", &child);
    assert_ended(
        &child.wait_with_output().unwrap(),
        3,
        &format!("error: stopped by SIGTERM\nhint: {hint}\n"),
    );
}

#[test]
fn signal_ends_an_installation_and_a_deletion() {
    let folder = tempfile::tempdir().unwrap();
    // A container engine that does not answer, and says that it was asked.
    let engine = folder.path().join("engine");
    std::fs::write(&engine, "#!/bin/sh\ntouch \"$HOME/asked\"\nexec tail -f /dev/null\n").unwrap();
    assert!(Command::new("chmod").arg("755").arg(&engine).status().unwrap().success());
    for command in ["up", "down"] {
        let _ = std::fs::remove_file(folder.path().join("asked"));
        let mut up = meshproof(folder.path(), &[command]);
        let child = up.env("MESHPROOF_TOOLS__ENGINE", &engine).spawn().unwrap();
        while !folder.path().join("asked").exists() {
            std::thread::yield_now();
        }
        send("-TERM", &child);
        let told = format!("error: stopped by SIGTERM\nhint: repeat `meshproof {command}` to go on\n");
        assert_ended(&child.wait_with_output().unwrap(), 3, &told);
    }
}

#[test]
fn interrupted_run_does_not_look_whole() {
    let folder = tempfile::tempdir().unwrap();
    let child = begin_run(folder.path(), &ApiServer::begin(Behaviour::HangsOnOneList), &["mesh::mtls"]);
    send("-TERM", &child);
    let output = child.wait_with_output().unwrap();
    assert_ended(&output, 3, "stopping, since SIGTERM came; a second signal ends at once");
    let stdout = text(&output.stdout);
    assert!(stdout.contains("INTERRUPTED by SIGTERM") && stdout.contains(HANGS), "{stdout}");

    let run = run_folder(folder.path());
    let interrupted = json_file(&run.join("report.json"))["interrupted"].clone();
    assert_eq!(interrupted["by"], "SIGTERM");
    assert!(interrupted["unjudged"].as_array().unwrap().contains(&json!(HANGS)), "{interrupted}");
    let bundle = run.join("bundle.tar.gz").display().to_string();
    let verified = meshproof(folder.path(), &["bundle", "verify", &bundle]).output().unwrap();
    let told = text(&verified.stdout);
    assert!(told.starts_with("whole, of an interrupted run: ") && told.contains(HANGS), "{told}");
    let replayed = meshproof(folder.path(), &["replay", &bundle]).output().unwrap();
    assert_eq!(replayed.status.code(), Some(3), "{}", text(&replayed.stdout));
}

#[test]
fn reports_of_a_killed_run_are_made_from_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = begin_run(folder.path(), &ApiServer::begin(Behaviour::HangsOnOneList), &["mesh::mtls"]);
    send("-KILL", &child);
    child.wait().unwrap();
    let run = run_folder(folder.path());
    assert!(!run.join("report.json").exists());
    let journal = OpenOptions::new().append(true).open(run.join("journal.jsonl"));
    std::io::Write::write_all(&mut journal.unwrap(), b"{\"event\":\"check-").unwrap();

    let report = meshproof(folder.path(), &["report", run.to_str().unwrap()]).output().unwrap();
    assert_ended(&report, 3, "of the journal, its last, was cut; what it said is not known");
    assert!(text(&report.stderr).contains("it was killed, or it is still under way"));
    assert!(text(&report.stdout).contains("INTERRUPTED by a crash, or SIGKILL"), "{}", text(&report.stdout));
    let interrupted = json_file(&run.join("report.json"))["interrupted"].clone();
    assert!(interrupted["unjudged"].as_array().unwrap().contains(&json!(HANGS)), "{interrupted}");
}

#[test]
fn run_in_which_nothing_was_judged_is_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pod.yaml"), "{apiVersion: v1, kind: Pod, metadata: {name: a}}")
        .unwrap();
    let arguments = ["run", "mesh::mtls", "--files", "pod.yaml", "--flavour", "upstream"];
    let output = meshproof(folder.path(), &arguments).output().unwrap();
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{stdout}");
    let told = "\nskipped as a whole:\n  mesh         ";
    assert!(
        stdout.contains(told) && stdout.contains("No requirement was judged, so this is no pass."),
        "{stdout}"
    );
}

/// Runs a command that can write at most so many blocks of 512 bytes to each file.
fn on_a_full_disk(folder: &Path, blocks: u32, arguments: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_meshproof")]).args(arguments);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", std::env::var_os("PATH").unwrap());
    command.output().unwrap()
}

#[rstest]
#[case::nothing_fits(0, &["journal.jsonl", "report.html", "report.json", "junit.xml", "bundle.tar.gz"])]
#[case::little_fits(12, &["journal.jsonl", "report.html", "report.json", "junit.xml", "bundle.tar.gz"])]
#[case::some_fits(100, &["report.html", "bundle.tar.gz"])]
fn full_disk_loses_no_verdict(#[case] blocks: u32, #[case] lost: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let output = on_a_full_disk(folder.path(), blocks, &["run", "--recording", "broken"]);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stdout.contains("FAILED mesh::mtls::is_strict_mesh_wide"), "{stdout}");
    let run = run_folder(folder.path());
    for file in ["journal.jsonl", "report.html", "report.json", "junit.xml", "bundle.tar.gz"] {
        let told =
            stderr.lines().filter(|line| line.starts_with("warning: could not write") && line.contains(file));
        assert_eq!(told.count(), usize::from(lost.contains(&file)), "{file} in {stderr}");
        let is_left = file == "journal.jsonl" || !lost.contains(&file);
        assert_eq!(run.join(file).exists(), is_left, "{file} is whole, or not there");
    }
}

#[test]
fn printed_report_does_not_depend_on_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = on_a_full_disk(folder.path(), 0, &["run", "--recording", "broken", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["kind"], "Report");
}

#[rstest]
#[case::completions(&["completions", "bash"], 3)]
#[case::list(&["list"], 3)]
#[case::run(&["run", "--recording", "broken"], 1)]
fn full_output_is_no_panic(#[case] arguments: &[&str], #[case] code: i32) {
    let folder = tempfile::tempdir().unwrap();
    let full = || Stdio::from(OpenOptions::new().write(true).open("/dev/full").unwrap());
    let output = meshproof(folder.path(), arguments).stdout(full()).output().unwrap();
    assert_ended(&output, code, "could not write to stdout: No space left on device");
}

#[rstest]
#[case::unknown_check(&["run", "nosuch"], 2)]
#[case::unknown_flag(&["run", "--nosuch"], 2)]
#[case::verbose(&["run", "--recording", "broken", "-vv"], 1)]
fn full_stderr_changes_no_exit_code(#[case] arguments: &[&str], #[case] code: i32) {
    let folder = tempfile::tempdir().unwrap();
    let full = Stdio::from(OpenOptions::new().write(true).open("/dev/full").unwrap());
    let output = meshproof(folder.path(), arguments).stderr(full).output().unwrap();
    assert_eq!(output.status.code(), Some(code));
}

#[rstest]
#[case::completions(&["completions", "bash"], 0)]
#[case::list(&["list"], 0)]
#[case::run(&["run", "--recording", "broken"], 1)]
fn reader_that_has_seen_enough_is_no_error(#[case] arguments: &[&str], #[case] code: i32) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = meshproof(folder.path(), arguments).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(code), String::new()));
}
