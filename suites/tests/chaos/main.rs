//! Audits and runs with traffic on an API server that fails on chance: what comes out are the verdicts of a calm one, or errors
//! that name the cause, and never another pass or failure; and nothing stays behind.
//!
//! `CHAOS_AUDITS=1000 cargo test -p suites --test chaos` tries more of them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_server;
mod audit;
mod chance;
mod forwarded_port;
mod made_objects;
mod proxy;
mod recorded_probe;
mod refusals;
mod refused;
mod resource_path;
mod traffic;
mod traffic_run;

use audit::{Audit, LIMITS, Setting, Verdicts, audit, wait_for_detection};
use chance::Odds;
use cluster::request_limits::RequestLimits;
use futures::StreamExt;
use refusals::Refusing;
use rstest::rstest;
use serde_json::json;
use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// How many audits there are, unless `CHAOS_AUDITS` says how many.
const AUDITS: u64 = 20;
/// How many audits run at once.
const AT_ONCE: usize = 4;

/// So many times, unless `CHAOS_AUDITS` says how many.
fn times(otherwise: u64) -> u64 {
    std::env::var("CHAOS_AUDITS").map_or(otherwise, |number| number.parse().unwrap())
}

/// The verdicts where nothing fails.
async fn calm_verdicts(setting: Setting) -> Verdicts {
    let Audit { verdicts, retries } = audit(Setting { odds: Odds::NONE, ..setting }).await.unwrap();
    assert!(retries.is_empty(), "{retries}");
    let count = |word: &str| verdicts.values().filter(|verdict| verdict.starts_with(word)).count();
    assert!(count("passed") > 15 && (count("failed") > 0) == setting.is_broken, "{verdicts:#?}");
    verdicts
}

/// Audits under each seed.
async fn audit_all(percent: u64, setting: Setting) -> Vec<(u64, Result<Audit, String>)> {
    let seeds = futures::stream::iter(0..times(AUDITS));
    let one = |seed| async move { (seed, audit(Setting { odds: Odds { percent, seed }, ..setting }).await) };
    seeds.map(one).buffer_unordered(AT_ONCE).collect().await
}

const LISTED: Setting = Setting {
    odds: Odds::NONE,
    refusing: Refusing::Nothing,
    limits: LIMITS,
    is_broken: false,
    watches_changes: false,
};

#[rstest]
#[case::listed(LISTED)]
#[case::listed_with_faults(Setting { is_broken: true, ..LISTED })]
#[case::watched(Setting { watches_changes: true, ..LISTED })]
#[tokio::test(flavor = "multi_thread")]
async fn fifth_of_all_requests_fails_and_no_verdict_changes(#[case] setting: Setting) {
    let calm = calm_verdicts(setting).await;
    let audits = audit_all(20, setting).await;
    let rarely = audits.len() / 100;
    let mut undisturbed = Vec::new();
    for (seed, audited) in audits {
        let Audit { verdicts, retries } = audited.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(verdicts, calm, "seed {seed}");
        undisturbed.extend(retries.is_empty().then_some(seed));
    }
    // One in a thousand is spared by chance, and proves nothing.
    assert!(undisturbed.len() <= rarely, "nothing failed under seeds {undisturbed:?}");
}

#[rstest]
#[case::healthy(false)]
#[case::with_faults(true)]
#[tokio::test(flavor = "multi_thread")]
async fn most_requests_fail_and_errors_name_the_cause(#[case] is_broken: bool) {
    // So few attempts that many a request is given up.
    let setting = Setting { is_broken, limits: RequestLimits { attempts: 6, ..LIMITS }, ..LISTED };
    let calm = calm_verdicts(setting).await;
    let mut errors = Vec::new();
    for (seed, audited) in audit_all(60, setting).await {
        let verdicts = match audited {
            Ok(Audit { verdicts, .. }) => verdicts,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for (check, verdict) in verdicts {
            match verdict.strip_prefix("errored ") {
                Some(error) => errors.push(error.to_owned()),
                None => assert_eq!(verdict, calm[check], "seed {seed}: {check}"),
            }
        }
    }
    assert!(!errors.is_empty(), "nothing was given up");
    let unnamed: Vec<_> = errors.iter().filter(|error| !chance::names_a_cause(error)).collect();
    assert!(unnamed.is_empty(), "{unnamed:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn detection_that_is_never_answered_ends_with_what_was_seen_last() {
    let error = wait_for_detection().await;
    assert_eq!(
        error,
        "could not tell the flavour within 600ms; waiting for the list of namespaces (last error: chaos says no (500))"
    );
}

#[tokio::test]
async fn server_that_says_nothing_is_told_on_stderr() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "mute", "context": {"cluster": "c", "user": "u"}}],
    });
    let path = folder.path().join("kubeconfig.yaml");
    std::fs::write(&path, kubeconfig.to_string()).unwrap();
    let mut meshproof = Command::new(env!("CARGO_BIN_EXE_meshproof"))
        .args(["run", "--context", "mute", "--kubeconfig"])
        .arg(&path)
        .current_dir(folder.path())
        .env_clear()
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut first_line = String::new();
    let mut stderr = BufReader::new(meshproof.stderr.take().unwrap());
    timeout(Duration::from_mins(1), stderr.read_line(&mut first_line)).await.unwrap().unwrap();
    assert_eq!(first_line, "waiting for the API server of context mute\n");
}
