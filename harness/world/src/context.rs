//! All that a check sees of the world: objects, time, inputs, and the wait for a condition.

use crate::interactions::{Interactions, PendingRead};
use crate::store::typed;
use crate::traffic::Traffic;
use crate::world::World;
use futures::future::{FutureExt, select_all};
use inputs::Inputs;
use jiff::Timestamp;
use record::{ErasedView, Interaction, LiveAnswer, Objects, Observations, Player, Recording, Scope, Served};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use vocabulary::{CheckCard, Flavour, HarnessError, ListScope, Question, Verdict, View, chain};

/// All that a check sees of the world. Each answer that it gives is kept as an observation.
#[derive(Debug)]
pub struct Context {
    pub(crate) card: &'static CheckCard,
    pub(crate) world: Arc<World>,
    pub(crate) traffic: Option<Arc<dyn Traffic>>,
    pub(crate) player: Player,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    pub(crate) budget: Duration,
    pub(crate) started: Instant,
    now: Timestamp,
    interactions: Mutex<Interactions>,
}

impl Context {
    /// The context of one attempt of a check.
    pub fn new(
        card: &'static CheckCard,
        world: Arc<World>,
        traffic: Option<Arc<dyn Traffic>>,
        inputs: Arc<Inputs>,
        flavour: Flavour,
    ) -> Self {
        let budget = inputs.scaled_budget(card.budget);
        let (started, now) = (Instant::now(), world.now(card.id));
        let (player, interactions) = (Player::default(), Mutex::default());
        Self { card, world, traffic, player, inputs, flavour, budget, started, now, interactions }
    }

    /// The objects of a kind in the whole cluster. A kind that is not served has none.
    pub async fn objects<V: View>(&self) -> Result<Objects<V>, HarnessError> {
        self.read::<V>(Scope::Cluster).await
    }

    /// One object, if it exists. `namespace` is empty for what is cluster-scoped.
    pub async fn object<V: View>(&self, namespace: &str, name: &str) -> Result<Option<Arc<V>>, HarnessError> {
        match V::LIST_SCOPE {
            ListScope::Cluster => Ok(self
                .objects::<V>()
                .await?
                .into_iter()
                .find(|object| object.meta().namespace == namespace && object.meta().name == name)),
            ListScope::Object => {
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
        let mark = self.mark();
        loop {
            self.repeat_from(mark);
            let verdict = judge().await?;
            if verdict.is_final() {
                return Ok(verdict);
            }
            if !self.world.watches_changes() {
                return Ok(match self.recording().and_then(|recording| recording.waited_of(self.card.id)) {
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

    /// The time that the whole check may take.
    pub fn budget(&self) -> Duration {
        self.budget
    }

    /// What the check was reading when its budget ended.
    pub fn last_seen(&self) -> String {
        self.lock().last_seen()
    }

    /// The answers that the check was given.
    pub fn observations(&self, unjudged: Option<String>) -> Observations {
        self.lock().observations(self.now, unjudged)
    }

    /// The recording from which questions are answered, if it is one.
    pub(crate) fn recording(&self) -> Option<&Recording> {
        match &*self.world {
            World::Recorded(recording) => Some(recording),
            World::Live(_) | World::Files(_) => None,
        }
    }

    /// Keeps an answer, or why there was none.
    pub(crate) fn remember(&self, interaction: Interaction) {
        self.lock().seen.push(interaction);
    }

    /// How much was asked so far.
    pub(crate) fn mark(&self) -> usize {
        self.lock().seen.len()
    }

    /// What was answered since `mark` is of an evaluation that is repeated: only the last one is kept.
    pub(crate) fn repeat_from(&self, mark: usize) {
        self.lock().forget_since(mark);
    }

    /// Waits until a store changes that was read since the last wait. Whether one did before the deadline.
    pub(crate) async fn wait_for_a_change(&self, deadline: Instant) -> bool {
        let changes = std::mem::take(&mut self.lock().changes);
        !changes.is_empty() && tokio::time::timeout_at(deadline, select_all(changes)).await.is_ok()
    }

    async fn read<V: View>(&self, scope: Scope) -> Result<Objects<V>, HarnessError> {
        let question = Question::Objects { resource: V::KIND.full_name(), scope: scope.to_string() };
        let answer = match self.recording() {
            Some(recording) => self.player.objects(recording, self.card.id, &scope),
            None => self.read_store(scope).await,
        };
        let erased = |objects: &Objects<V>| {
            LiveAnswer::Objects(
                objects.iter().map(|object| Arc::clone(object) as Arc<dyn ErasedView>).collect(),
            )
        };
        let kept = answer.as_ref().map(erased).map_err(redact_error);
        self.remember(Interaction { question, order: None, answer: kept });
        answer
    }

    async fn read_store<V: View>(&self, scope: Scope) -> Result<Objects<V>, HarnessError> {
        let store = self.world.store::<V>(&scope);
        let what = scope.of(&V::KIND);
        self.lock().pending = Some(PendingRead { what: what.clone(), store: Arc::clone(&store) });
        let (answer, changes) = store.read().await;
        let read_error = |source| HarnessError::Read { what: what.clone(), source };
        let objects = typed(answer.map_err(read_error)?).map_err(|error| read_error(Arc::new(error)))?;

        let mut interactions = self.lock();
        interactions.pending = None;
        interactions.changes.push(changes.next().boxed());
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

    fn lock(&self) -> MutexGuard<'_, Interactions> {
        self.interactions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error as it is kept.
pub(crate) fn redact_error(error: &HarnessError) -> String {
    redact::text(&chain(error)).into_owned()
}
