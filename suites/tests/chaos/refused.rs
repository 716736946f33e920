//! Audits of an API server that refuses for a reason that does not pass by itself: rights that are missing, tokens that
//! expire, versions that are forgotten.

use super::api_server::{ApiServer, recording};
use super::audit::{Audit, Setting, audit, audit_source};
use super::chance::Odds;
use super::forwarded_port::Pods;
use super::proxy::Proxy;
use super::refusals::{Refusals, Refusing};
use super::{LISTED, calm_verdicts};
use inputs::Inputs;
use rstest::rstest;
use run::RunSource;
use serde_json::json;
use stack::provider::live::LiveCluster;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

const WATCHED: Setting = Setting { watches_changes: true, ..LISTED };

/// What is said where a right is missing.
fn names_the_missing_right(verdict: &str, resource: &str) -> bool {
    // Nobody is errored for it: what needs it is skipped, or left unjudged.
    !verdict.starts_with("errored ") && verdict.contains(&format!("no right to list {resource}"))
}

#[rstest]
#[case::listed(LISTED)]
#[case::watched(WATCHED)]
#[case::listed_with_faults(Setting { is_broken: true, ..LISTED })]
#[tokio::test(flavor = "multi_thread")]
async fn list_that_is_forbidden_is_no_verdict_of_those_who_read_it(#[case] setting: Setting) {
    let calm = calm_verdicts(setting).await;
    for resource in ["peerauthentications.security.istio.io", "configmaps", "services"] {
        let plural = resource.split('.').next().unwrap();
        let refused = Setting { refusing: Refusing::ListsOf(plural), ..setting };
        // Where the flavour is told by it, the run does not begin.
        let Ok(Audit { verdicts, .. }) = audit(refused).await else {
            panic!("{resource}: the audit did not begin")
        };
        let changed: Vec<_> = verdicts.iter().filter(|(check, verdict)| calm[*check] != **verdict).collect();
        assert!(!changed.is_empty(), "nobody reads {resource}");
        let unnamed = changed.iter().filter(|(_, verdict)| !names_the_missing_right(verdict, resource));
        assert_eq!(unnamed.collect::<Vec<_>>(), Vec::<&(_, _)>::new(), "{resource}");
    }
}

/// What was listed is judged as ever. Whoever would wait for it to change is told (`a_wait_whose_watch_is_refused_is_no_failure`).
#[rstest]
#[case::healthy(false)]
#[case::with_faults(true)]
#[tokio::test(flavor = "multi_thread")]
async fn watch_that_is_forbidden_takes_no_verdict_of_what_was_listed(#[case] is_broken: bool) {
    let calm = calm_verdicts(Setting { is_broken, ..LISTED }).await;
    let setting = Setting { is_broken, refusing: Refusing::Watches, ..WATCHED };
    let Audit { verdicts, .. } = audit(setting).await.unwrap();
    assert_eq!(verdicts, calm);
}

#[rstest]
#[case::pages_once(LISTED, Refusing::Pages(1))]
#[case::pages_twice_with_faults(Setting { is_broken: true, ..LISTED }, Refusing::Pages(2))]
#[case::pages_of_what_is_watched(WATCHED, Refusing::Pages(1))]
#[case::versions_of_watches(WATCHED, Refusing::Versions(3))]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_is_listed_anew(#[case] setting: Setting, #[case] refusing: Refusing) {
    let calm = calm_verdicts(setting).await;
    let Audit { verdicts, .. } = audit(Setting { refusing, ..setting }).await.unwrap();
    assert_eq!(verdicts, calm);
}

#[tokio::test(flavor = "multi_thread")]
async fn list_whose_pages_are_always_forgotten_is_an_error_that_says_so() {
    let calm = calm_verdicts(LISTED).await;
    match audit(Setting { refusing: Refusing::Pages(u64::MAX), ..LISTED }).await {
        Ok(Audit { verdicts, .. }) => assert_changes_name(&verdicts, &calm, &["410: too old, chaos says no"]),
        Err(error) => assert!(error.contains("too old, chaos says no"), "{error}"),
    }
}

fn assert_changes_name(verdicts: &super::Verdicts, calm: &super::Verdicts, causes: &[&str]) {
    let changed: Vec<_> = verdicts.iter().filter(|(check, verdict)| calm[*check] != **verdict).collect();
    assert!(!changed.is_empty(), "nothing was refused");
    for (check, verdict) in changed {
        let is_named = causes.iter().any(|cause| verdict.contains(cause));
        assert!(verdict.starts_with("errored ") && is_named, "{check}: {verdict}");
    }
}

#[rstest]
#[case::listed(LISTED)]
#[case::listed_with_faults(Setting { is_broken: true, ..LISTED })]
#[case::watched(WATCHED)]
#[tokio::test(flavor = "multi_thread")]
async fn token_that_expires_in_the_middle_is_named(#[case] setting: Setting) {
    let calm = calm_verdicts(setting).await;
    let (mut begun, mut refused) = (0, 0);
    for after in (0..60).step_by(6) {
        match audit(Setting { refusing: Refusing::After(after), ..setting }).await {
            Ok(Audit { verdicts, .. }) if verdicts == calm => begun += 1,
            Ok(Audit { verdicts, .. }) => {
                begun += 1;
                refused += 1;
                assert_changes_name(&verdicts, &calm, &["401: the token has expired"]);
            }
            Err(error) => {
                assert!(error.contains("(401)") || error.contains("401: the token has expired"), "{error}");
            }
        }
    }
    assert!(begun > 2 && refused > 1, "{begun} began, {refused} had something refused");
}

/// A context of a kubeconfig whose exec plugin gives out the tokens 1, 2, 3 …
fn cluster_with_plugin(folder: &Path, proxy: &Proxy, expires: &str) -> RunSource {
    let plugin = folder.join("plugin");
    let script = format!(
        "#!/bin/sh\nnumber=$(cat '{0}' 2>/dev/null || echo 0)\nnumber=$((number + 1))\necho $number > '{0}'\n\
         echo '{{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\",\
         \"status\": {{\"token\": \"token-'$number'\"{expires}}}}}'\n",
        folder.join("number").display()
    );
    std::fs::write(&plugin, script).unwrap();
    std::fs::set_permissions(&plugin, PermissionsExt::from_mode(0o755)).unwrap();
    let exec = json!({"apiVersion": "client.authentication.k8s.io/v1", "command": plugin, "interactiveMode": "Never"});
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{}", proxy.address)}}],
        "users": [{"name": "u", "user": {"exec": exec}}],
        "contexts": [{"name": "chaos", "context": {"cluster": "c", "user": "u"}}],
    });
    let path = folder.join("kubeconfig.yaml");
    std::fs::write(&path, kubeconfig.to_string()).unwrap();
    let inputs = Inputs { context: Some("chaos".to_owned()), kubeconfig: Some(path), ..Inputs::default() };
    RunSource::Cluster(Box::new(LiveCluster::find(&inputs).unwrap()))
}

async fn refusing_proxy(refusing: Refusing) -> Proxy {
    let api_server = Arc::new(ApiServer::of(recording("reference")));
    Proxy::start(api_server, Odds::NONE, Refusals::new(refusing), Pods::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn exec_plugin_is_asked_again_when_its_token_has_expired() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = refusing_proxy(Refusing::UsedTokens).await;
    let expires = ", \"expirationTimestamp\": \"2020-01-01T00:00:00Z\"";
    let Audit { verdicts, .. } =
        audit_source(cluster_with_plugin(folder.path(), &proxy, expires)).await.unwrap();
    assert_eq!(verdicts, calm_verdicts(LISTED).await);
    let number: u32 = std::fs::read_to_string(folder.path().join("number")).unwrap().trim().parse().unwrap();
    assert!(number > 10, "asked {number} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn token_of_an_exec_plugin_that_expires_unsaid_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = refusing_proxy(Refusing::After(12)).await;
    match audit_source(cluster_with_plugin(folder.path(), &proxy, "")).await {
        Ok(Audit { verdicts, .. }) => {
            assert_changes_name(&verdicts, &calm_verdicts(LISTED).await, &["401: the token has expired"]);
        }
        Err(error) => assert!(error.contains("401: the token has expired"), "{error}"),
    }
}
