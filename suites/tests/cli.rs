//! The command line as a user meets it: bad input gets one clear error, a hint, the right exit code, and leaves nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use record::bundle;
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
#[case::rights_of_no_flavour(&["rbac", "--flavour", "ossm9"], 2)]
#[case::right_on_no_name(&["rbac", "--with", "pods/a"], 2)]
#[case::right_where_nothing_is_read_by_name(&["rbac", "mesh::mtls::is_strict_mesh_wide", "--flavour", "ossm3", "--with", "secrets/a"], 2)]
#[case::no_inputs_file(&["run", "--config", "nosuch.toml"], 2)]
#[case::unknown_input(&["run", "--config", "misspelt.toml"], 2)]
#[case::budget_of_no_number(&["run", "--config", "nan.toml"], 2)]
#[case::time_that_is_none(&["run", "--timeout", "soon"], 2)]
#[case::no_run(&["report", "nosuch"], 2)]
#[case::unknown_recording(&["run", "--recording", "nosuch"], 2)]
#[case::recording_of_a_cluster(&["run", "--recording", "broken", "--context", "prod"], 2)]
#[case::no_files(&["run", "--files", "nosuch"], 2)]
#[case::files_without_objects(&["run", "--files", "misspelt.toml"], 2)]
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
    std::fs::write(folder.path().join("nan.toml"), "budget_factor = nan\n").unwrap();
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

/// A folder with bundles that are not whole, one of each kind.
fn broken_bundles(folder: &Path) {
    assert_eq!(meshproof(folder, &["run", "mesh::mtls::is_strict_mesh_wide"]).status.code(), Some(0));
    let run = std::fs::read_dir(folder.join("out")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(run.join("bundle.tar.gz")).unwrap();
    std::fs::remove_dir_all(folder.join("out")).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();

    write("text", b"what somebody sent\n");
    write("truncated", &whole[..whole.len() / 2]);
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    write("flipped", &flipped);
    let mut later = whole.clone();
    let at = later.windows(9).position(|part| part == b"-bundle/2").unwrap();
    later[at + 8] = b'7';
    write("later", &later);
    std::fs::File::create(folder.join("oversized")).unwrap().set_len((64 << 20) + 1).unwrap();
    std::fs::create_dir(folder.join("folder")).unwrap();

    let entries = bundle::decode(&whole).unwrap();
    let with = |name: &str, change: &dyn Fn(&mut bundle::BundleEntries)| {
        let mut entries = entries.clone();
        change(&mut entries);
        bundle::write(&folder.join(name), &entries).unwrap();
    };
    with("no-journal", &|entries| drop(entries.remove(bundle::JOURNAL)));
    with("no-recording", &|entries| drop(entries.remove(bundle::RECORDING)));
    with("broken-journal", &|entries| {
        entries.get_mut(bundle::JOURNAL).unwrap().extend(b"{\"event\": \"a\\nb\"}\n");
    });
    let in_journal = |before: &str, after: &str| {
        let text = String::from_utf8(entries[bundle::JOURNAL].clone()).unwrap();
        assert!(text.contains(before), "{text}");
        text.replacen(before, after, 1).into_bytes()
    };
    let away = in_journal("\"run\":\"", "\"run\":\"../../");
    with("way-out", &|entries| drop(entries.insert(bundle::JOURNAL.to_owned(), away.clone())));
    let moved = in_journal("\"cluster\":\"", "\"cluster\":\"\\u001b[2J");
    with("moves-the-cursor", &|entries| drop(entries.insert(bundle::JOURNAL.to_owned(), moved.clone())));

    // A header, and behind it far more zeros than fit.
    let bomb = {
        use std::io::Write;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        (0..257).for_each(|_| encoder.write_all(&vec![0; 1 << 20]).unwrap());
        encoder.finish().unwrap()
    };
    let mut bytes = vec![0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 2, 255];
    let digest = vocabulary::Digest::of_bytes(&bomb);
    bytes.extend(format!("{} sha256:{digest}\0", bundle::FORMAT).bytes());
    bytes.extend(bomb);
    write("bomb", &bytes);
}

const BROKEN_BUNDLES: &[&str] = &[
    "missing",
    "text",
    "truncated",
    "flipped",
    "later",
    "oversized",
    "bomb",
    "folder",
    "no-journal",
    "no-recording",
    "broken-journal",
    "way-out",
    "moves-the-cursor",
];

#[test]
fn broken_bundle_gets_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    broken_bundles(folder.path());
    let mut told = String::new();
    for name in BROKEN_BUNDLES {
        let replayed = meshproof(folder.path(), &["replay", name]);
        let verified = meshproof(folder.path(), &["bundle", "verify", name]);
        let stderr = text(&replayed.stderr);
        assert_eq!(text(&verified.stderr), stderr, "{name}");
        for output in [replayed, verified] {
            assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
            assert_eq!(text(&output.stdout), "", "stdout is data");
        }
        assert_eq!(stderr.lines().count(), 2, "one line and a hint: {stderr}");
        told.extend([name, "\n", &stderr, "\n"]);
    }
    assert!(!folder.path().join("out").exists(), "nothing is left behind");
    insta::with_settings!({ filters => [(r"\d{8}-\d{6}-[0-9a-f]{4}", "[run]")] }, {
        insta::assert_snapshot!(told);
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
#[case::json("json", "{\n  \"apiVersion\": \"meshproof.dev/v1alpha2\"")]
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
#[case(&["report", "--help"])]
#[case(&["rbac", "--help"])]
#[case(&["rbac", "--flavour", "ossm2"])]
#[case(&["rbac", "https", "--allow", "traffic", "--flavour", "upstream", "--with", "secrets/mine"])]
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

#[test]
fn files_of_no_mesh_judge_nothing_and_say_what_was_not_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("broken.yaml"), "apiVersion: v1\nclusters: {not a list\n").unwrap();
    std::fs::write(folder.path().join("object.yaml"), "{apiVersion: v1, kind: Pod, metadata: {name: a}}")
        .unwrap();
    let output = meshproof(folder.path(), &["run", "mesh", "--files", "."]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    for part in ["flavour unknown", "1 of the files is not read", "broken.yaml", "No requirement was judged"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
}
