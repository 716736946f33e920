//! The command line as a user meets it: bad input gets one clear error, a hint, the right exit code, and leaves nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rstest::rstest;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the binary in an empty folder, without anything of this machine's environment that it could read.
fn meshproof(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_meshproof"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", std::env::var_os("PATH").unwrap())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const KUBECONFIG: &str = "apiVersion: v1
kind: Config
current-context: current
clusters:
- name: nowhere
  cluster: {server: 'http://127.0.0.1:1'}
contexts:
- name: current
  context: {cluster: nowhere, user: nobody}
- name: plugin
  context: {cluster: nowhere, user: plugin}
users:
- name: nobody
  user: {}
- name: plugin
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-exec-plugin, interactiveMode: Never}
";

#[rstest]
#[case::unknown_flag(&["run", "--nosuch"], 2)]
#[case::unknown_subcommand(&["runn"], 2)]
#[case::unknown_check(&["run", "mesh::mtls::is_stric"], 2)]
#[case::unknown_check_to_explain(&["explain", "nosuch"], 2)]
#[case::no_fault_named(&["fault"], 2)]
#[case::unknown_fault(&["fault", "mesh::mtls::is_strict_mesh_wide/fault-no"], 2)]
#[case::faults_on_a_live_cluster(&["fault", "--all", "--context", "current"], 2)]
#[case::faults_without_a_cluster(&["fault", "--undo"], 5)]
#[case::unknown_flavour(&["run", "--flavour", "ossm9"], 2)]
#[case::no_inputs_file(&["run", "--config", "nosuch.toml"], 2)]
#[case::unknown_input(&["run", "--config", "misspelt.toml"], 2)]
#[case::unknown_recording(&["run", "--recording", "nosuch"], 2)]
#[case::recording_of_a_cluster(&["run", "--recording", "broken", "--context", "prod"], 2)]
#[case::no_files(&["run", "--files", "nosuch"], 2)]
#[case::files_without_objects(&["run", "--files", "misspelt.toml"], 2)]
#[case::files_that_are_broken(&["run", "--files", "."], 2)]
#[case::files_of_no_mesh(&["run", "--files", "object.yaml"], 5)]
#[case::leaving_nothing(&["fault", "--leave"], 2)]
#[case::no_kubeconfig(&["run", "--context", "prod"], 5)]
#[case::broken_kubeconfig(&["run", "--context", "prod", "--kubeconfig", "broken.yaml"], 5)]
#[case::no_context(&["run", "--provider", "live", "--kubeconfig", "kubeconfig.yaml"], 5)]
#[case::unknown_context(&["run", "--context", "prod", "--kubeconfig", "kubeconfig.yaml"], 5)]
#[case::unreachable(&["run", "--context", "current", "--kubeconfig", "kubeconfig.yaml"], 5)]
#[case::no_exec_plugin(&["run", "--context", "plugin", "--kubeconfig", "kubeconfig.yaml"], 5)]
fn bad_input_gets_one_clear_error(#[case] arguments: &[&str], #[case] code: i32) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kubeconfig.yaml"), KUBECONFIG).unwrap();
    std::fs::write(folder.path().join("broken.yaml"), "apiVersion: v1\nclusters: {not a list\n").unwrap();
    std::fs::write(folder.path().join("object.yaml"), "{apiVersion: v1, kind: Pod, metadata: {name: a}}")
        .unwrap();
    std::fs::write(folder.path().join("misspelt.toml"), "[mesh]\nnamspace = 'istio-system'\n").unwrap();

    let output = meshproof(folder.path(), arguments);

    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert_eq!(text(&output.stdout), "", "stdout is data");
    assert!(!folder.path().join("out").exists(), "nothing is left behind");
    let name = arguments.join(" ");
    insta::with_settings!({ description => name.clone(), snapshot_suffix => name.replace(['/', ':', ' '], "_"),
                            filters => vec![(folder.path().to_str().unwrap(), "[folder]")] }, {
        insta::assert_snapshot!(stderr);
    });
}

#[test]
fn without_a_cluster_the_recording_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let output = meshproof(folder.path(), &[]);
    let stdout = text(&output.stdout);
    assert!(stdout.starts_with("No cluster is named"), "{stdout}");
    let first = stdout.lines().next().unwrap();
    assert!(first.contains("meshproof run --context NAME") && first.len() <= 80, "{first}");
    assert_eq!(output.status.code(), Some(0), "{stdout}");
}

#[rstest]
#[case::json("json", "{\n  \"apiVersion\": \"meshproof.dev/v1alpha1\"")]
#[case::junit("junit", "<?xml")]
fn stdout_is_the_report_and_nothing_else(#[case] format: &str, #[case] begin: &str) {
    let folder = tempfile::tempdir().unwrap();
    let output = meshproof(folder.path(), &["run", "--format", format]);
    assert!(text(&output.stdout).starts_with(begin), "{}", text(&output.stdout));
    assert_eq!(text(&output.stderr), "");
}

#[rstest]
#[case(&["--help"])]
#[case(&["run", "--help"])]
#[case(&["fault", "--help"])]
#[case(&["explain", "exit-codes"])]
#[case(&["list"])]
#[case(&["config"])]
fn what_a_person_reads(#[case] arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let output = meshproof(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    insta::with_settings!({ snapshot_suffix => arguments.join("_").replace('-', "") }, {
        insta::assert_snapshot!(text(&output.stdout));
    });
}
