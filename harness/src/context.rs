//! All that a check sees of the world: objects, time, inputs, and the wait for a condition.

mod sending;

use crate::check::{Check, Flavour};
use crate::error::HarnessError;
use crate::finding::Verdict;
use crate::inputs::Inputs;
use crate::traffic::{Exchanged, Traffic};
use crate::view::{Reach, View};
use crate::world::{Objects, RecordedKind, Scope, Served, World};
use futures::future::{BoxFuture, FutureExt, select_all};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// All that a check sees of the world. Each answer that it gives is kept as an observation.
#[derive(Debug)]
pub struct Context {
    check: &'static Check,
    world: Arc<World>,
    traffic: Option<Arc<Traffic>>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    budget: Duration,
    started: Instant,
    looks: Mutex<Looks>,
}

/// What the current evaluation of a check has read: the answers, and a signal for each store that it changed.
#[derive(Default)]
struct Looks {
    answers: BTreeMap<(String, Scope), Answer>,
    changes: Vec<BoxFuture<'static, ()>>,
    pending: Option<(String, LastError)>,
    exchanges: Vec<Exchanged>,
}

/// The answers on which a check was judged.
#[derive(Debug, Default, Serialize)]
pub struct Observations {
    /// Objects.
    pub kinds: Vec<RecordedKind>,
    /// What was sent, and what came of it, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchanged>,
}

type LastError = Box<dyn Fn() -> Option<String> + Send>;
type Answer = Box<dyn Fn() -> Vec<Value> + Send + Sync>;

impl std::fmt::Debug for Looks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.answers.keys()).finish()
    }
}

impl Context {
    /// The context of one attempt of a check.
    pub fn new(
        check: &'static Check,
        world: Arc<World>,
        traffic: Option<Arc<Traffic>>,
        inputs: Arc<Inputs>,
        flavour: Flavour,
    ) -> Self {
        let budget = inputs.scale(check.budget);
        let looks = Mutex::default();
        Self { check, world, traffic, inputs, flavour, budget, started: Instant::now(), looks }
    }

    /// The objects of a kind in the whole cluster. A kind that is not served has none.
    pub async fn objects<V: View>(&self) -> Result<Objects<V>, HarnessError> {
        self.read::<V>(Scope::Cluster).await
    }

    /// One object, if it exists. `namespace` is empty for what is cluster-scoped.
    pub async fn object<V: View>(&self, namespace: &str, name: &str) -> Result<Option<Arc<V>>, HarnessError> {
        match V::REACH {
            Reach::Cluster => Ok(self
                .objects::<V>()
                .await?
                .into_iter()
                .find(|object| object.meta().namespace == namespace && object.meta().name == name)),
            Reach::Object => {
                let scope = Scope::Object { namespace: namespace.to_owned(), name: name.to_owned() };
                Ok(self.read::<V>(scope).await?.into_iter().next())
            }
        }
    }

    /// Which kinds the API server serves.
    pub fn served(&self) -> &Served {
        self.world.served()
    }

    /// The time by which certificates are judged.
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// What was configured, found on the cluster, or is the document's default.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The cluster's flavour.
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// Judges at each event until the requirement is upheld or the budget ends; the last verdict is what was last seen.
    ///
    /// `judge` is evaluated anew when any of the stores changes that its last evaluation read.
    pub async fn until<F, Fut>(&self, judge: F) -> Result<Verdict, HarnessError>
    where
        F: Fn() -> Fut + Send + Sync,
        Fut: Future<Output = Result<Verdict, HarnessError>> + Send,
    {
        // A tenth of the budget is left for the verdict to be told as a finding, not as a timeout.
        let deadline = self.started + self.budget.mul_f64(0.9);
        loop {
            self.lock().changes.clear();
            let verdict = judge().await?;
            if verdict.is_final() || !self.world.is_patient() {
                return Ok(verdict);
            }
            if !self.wait_for_a_change(deadline).await {
                return Ok(self.after_waiting(verdict));
            }
        }
    }

    /// Waits until a store changes that was read since the last wait. Whether one did before the deadline.
    async fn wait_for_a_change(&self, deadline: Instant) -> bool {
        let changes = std::mem::take(&mut self.lock().changes);
        !changes.is_empty() && tokio::time::timeout_at(deadline, select_all(changes)).await.is_ok()
    }

    /// The time that the whole check may take.
    pub fn budget(&self) -> Duration {
        self.budget
    }

    /// What the check was reading when its budget ended.
    pub(crate) fn last_seen(&self) -> String {
        match &self.lock().pending {
            Some((what, last_error)) => match last_error() {
                Some(error) => format!("waiting for the list of {what}, last error: {error}"),
                None => format!("waiting for the list of {what}"),
            },
            None => "all objects were read".to_owned(),
        }
    }

    /// The answers that the check was given: the last of each question about objects, and all that it sent.
    pub(crate) fn observations(&self) -> Observations {
        let looks = self.lock();
        let of = |((resource, scope), answer): (&(String, Scope), &Answer)| RecordedKind {
            resource: resource.clone(),
            scope: scope.to_string(),
            objects: answer(),
        };
        let kinds = looks.answers.iter().map(of).collect();
        Observations { kinds, exchanges: looks.exchanges.clone() }
    }

    async fn read<V: View>(&self, scope: Scope) -> Result<Objects<V>, HarnessError> {
        let store = self.world.store::<V>(&scope);
        let what = scope.of(&V::KIND);
        let waiting_on = Arc::clone(&store);
        self.lock().pending = Some((what.clone(), Box::new(move || waiting_on.last_error())));
        let (answer, mut changed) = store.read().await;
        let objects = answer.map_err(|source| HarnessError::Read { what, source })?;

        let mut looks = self.lock();
        looks.pending = None;
        let kept = objects.clone();
        let as_json = move || kept.iter().filter_map(|view| serde_json::to_value(&**view).ok()).collect();
        looks.answers.insert((V::KIND.full_name(), scope), Box::new(as_json));
        looks.changes.push(
            async move {
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            .boxed(),
        );
        Ok(objects)
    }

    fn after_waiting(&self, verdict: Verdict) -> Verdict {
        let waited = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match verdict {
            Verdict::Violated(mut findings) => {
                for finding in &mut findings {
                    finding.waited_ms = Some(waited);
                }
                Verdict::Violated(findings)
            }
            verdict => verdict,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
