//! All that a check sees of the world: objects, time, inputs, and the wait for a condition.

mod sending;

use crate::check::{Check, Flavour};
use crate::error::{HarnessError, chain};
use crate::finding::Verdict;
use crate::inputs::Inputs;
use crate::record::{Given, Kept, Observations, Player, Question, Recording, Seen};
use crate::redact;
use crate::traffic::Traffic;
use crate::view::{Reach, View};
use crate::world::{Objects, Scope, Served, World};
use futures::future::{BoxFuture, FutureExt, select_all};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// All that a check sees of the world. Each answer that it gives is kept as an observation.
#[derive(Debug)]
pub struct Context {
    check: &'static Check,
    world: Arc<World>,
    traffic: Option<Arc<Traffic>>,
    player: Player,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    budget: Duration,
    started: Instant,
    now: Timestamp,
    looks: Mutex<Looks>,
}

/// What the current evaluation of a check has been given, and a signal for each store that it changed.
#[derive(Default)]
struct Looks {
    seen: Vec<Seen>,
    waited_ms: Option<u64>,
    changes: Vec<BoxFuture<'static, ()>>,
    pending: Option<(String, LastError)>,
}

type LastError = Box<dyn Fn() -> Option<String> + Send>;

impl std::fmt::Debug for Looks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.seen).finish()
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
        let (started, now) = (Instant::now(), world.now(check.id));
        let (player, looks) = (Player::default(), Mutex::default());
        Self { check, world, traffic, player, inputs, flavour, budget, started, now, looks }
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

    /// The time by which the check judges: that of its beginning.
    pub fn now(&self) -> Timestamp {
        self.now
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
        let mark = self.lock().seen.len();
        loop {
            self.begin_again(mark);
            let verdict = judge().await?;
            if verdict.is_final() {
                return Ok(verdict);
            }
            if !self.world.is_patient() {
                return Ok(match self.recorded().and_then(|recording| recording.waited_of(self.check.id)) {
                    Some(waited) => self.after_waiting(verdict, waited),
                    None => verdict,
                });
            }
            if !self.wait_for_a_change(deadline).await {
                let waited = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
                return Ok(self.after_waiting(verdict, waited));
            }
        }
    }

    /// What was given since `mark` is of an evaluation that is repeated: only the last one is kept.
    fn begin_again(&self, mark: usize) {
        let mut looks = self.lock();
        looks.seen.truncate(mark);
        looks.changes.clear();
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

    /// The answers that the check was given.
    pub(crate) fn observations(&self, unjudged: Option<String>) -> Observations {
        let looks = self.lock();
        Observations { now: self.now, waited_ms: looks.waited_ms, unjudged, seen: looks.seen.clone() }
    }

    fn recorded(&self) -> Option<&Recording> {
        match &*self.world {
            World::Recorded(recording) => Some(recording),
            World::Live(_) | World::Files(_) => None,
        }
    }

    async fn read<V: View>(&self, scope: Scope) -> Result<Objects<V>, HarnessError> {
        let question = Question::Objects { resource: V::KIND.full_name(), scope: scope.to_string() };
        let answer = match self.recorded() {
            Some(recording) => self.player.objects(recording, self.check.id, &scope),
            None => self.read_store(scope).await,
        };
        let given = answer.as_ref().map_err(redacted).map(|objects| {
            Given::Objects(objects.iter().map(|object| Arc::clone(object) as Arc<dyn Kept>).collect())
        });
        self.lock().seen.push(Seen { question, order: None, answer: given });
        answer
    }

    async fn read_store<V: View>(&self, scope: Scope) -> Result<Objects<V>, HarnessError> {
        let store = self.world.store::<V>(&scope);
        let what = scope.of(&V::KIND);
        let waiting_on = Arc::clone(&store);
        self.lock().pending = Some((what.clone(), Box::new(move || waiting_on.last_error())));
        let (answer, mut changed) = store.read().await;
        let objects = answer.map_err(|source| HarnessError::Read { what, source })?;

        let mut looks = self.lock();
        looks.pending = None;
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

    fn after_waiting(&self, verdict: Verdict, waited: u64) -> Verdict {
        match verdict {
            Verdict::Violated(mut findings) => {
                for finding in &mut findings {
                    finding.waited_ms = Some(waited);
                }
                self.lock().waited_ms = Some(waited);
                Verdict::Violated(findings)
            }
            verdict => verdict,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error as it is kept.
fn redacted(error: &HarnessError) -> String {
    redact::text(&chain(error)).into_owned()
}
