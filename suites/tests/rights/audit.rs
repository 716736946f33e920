//! An audit of a test world by a user with a role, from the first request to the verdicts.

use super::api_server::client;
use super::role::Role;
use super::worlds::TestWorld;
use cluster::client::{RequestPolicy, guarded};
use futures::FutureExt;
use futures::future::BoxFuture;
use inputs::InputLayers;
use run::{RunSource, Session};
use serde_json::Value;
use stack::provider::{Provider, ProviderError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{Capability, Outcome, SkipReason, Tier};

/// What was said of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) word: &'static str,
    /// The findings, each with its object.
    findings: BTreeSet<String>,
    /// What is missing where something was not judged.
    missing: BTreeSet<String>,
    /// Why it was skipped or errored.
    reason: String,
    is_not_permitted: bool,
}

impl Verdict {
    fn of(outcome: &Outcome) -> Self {
        let findings = outcome.findings().iter();
        let unjudged = match outcome {
            Outcome::Passed { unjudged, .. }
            | Outcome::Failed { unjudged, .. }
            | Outcome::Warned { unjudged, .. } => unjudged.as_slice(),
            _ => &[],
        };
        Self {
            word: outcome.word(),
            findings: findings.map(|one| format!("{} {} {}", one.code, one.object, one.observed)).collect(),
            missing: unjudged.iter().map(|one| format!("{}: {}", one.code, one.missing)).collect(),
            reason: match outcome {
                Outcome::Skipped { reason } => reason.to_string(),
                Outcome::Errored { error } => error.clone(),
                _ => String::new(),
            },
            is_not_permitted: matches!(outcome, Outcome::Skipped { reason: SkipReason::NotPermitted { .. } }),
        }
    }

    /// Whether it says less than another, and nothing else: it is skipped, or leaves something unjudged.
    pub(crate) fn is_less_than(&self, other: &Self) -> bool {
        match self.word {
            "skipped" => self.is_not_permitted || self.reason.starts_with("not known"),
            "errored" => false,
            _ => !self.missing.is_empty() && self.findings.is_subset(&other.findings),
        }
    }

    /// Whether it says that a right is missing.
    pub(crate) fn names_a_right(&self) -> bool {
        self.is_not_permitted || self.missing.iter().any(|missing| missing.contains("no right to list"))
    }
}

/// What each check says to a user with a role.
pub(crate) async fn audit(world: &TestWorld, role: Role) -> BTreeMap<String, Verdict> {
    let folder = tempfile::tempdir().unwrap();
    let flags = BTreeMap::from([
        ("out".to_owned(), Value::from(folder.path().display().to_string())),
        ("flavour".to_owned(), Value::from(world.flavour.0)),
    ]);
    let layers = InputLayers { flags, ..InputLayers::default() };
    let source = RunSource::Cluster(Box::new(TestCluster { world: Arc::new(world.clone()), role }));
    let suites = suites::suites();
    let session = Session::open(&suites, &suites.checks, layers, source, Vec::new()).await.unwrap();
    session.run_all().await;
    let checks = session.finish().record.checks;
    checks.iter().map(|check| (check.id.clone(), Verdict::of(&check.outcome))).collect()
}

/// A cluster that is only read, by a user with a role.
#[derive(Debug)]
struct TestCluster {
    world: Arc<TestWorld>,
    role: Role,
}

impl Provider for TestCluster {
    fn describe(&self) -> String {
        "context rights".to_owned()
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        Tier::Read
    }

    fn watches_changes(&self) -> bool {
        false
    }

    fn connect<'a>(
        &'a self,
        policy: &'a RequestPolicy,
    ) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        let (client, _) = client(Arc::clone(&self.world), self.role.clone());
        async move { Ok(guarded(&client, policy)) }.boxed()
    }
}
