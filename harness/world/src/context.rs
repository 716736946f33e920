//! The context of an attempt: through it a check reads objects, inputs and the time, and waits.

use crate::interactions::{Awaited, Interactions, PendingRead};
use crate::object_source::ObjectSource;
use crate::traffic::Traffic;
use crate::waiters::Interest;
use cluster::unanswered::UnansweredRequests;
use futures::future::{FutureExt, select_all};
use inputs::Inputs;
use jiff::Timestamp;
use record::{Interaction, LiveAnswer, Observations, Recording, RecordingPlayer, Scope, ServedKinds};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use vocabulary::{
    CheckCard, Extent, Flavour, HarnessError, ListScope, Lookup, Objects, Question, ReadError, Verdict, View,
    chain, millis,
};

/// The context of an attempt of a check. Each answer that it gives is recorded.
#[derive(Debug)]
pub struct Context {
    pub(crate) card: &'static CheckCard,
    pub(crate) source: Arc<ObjectSource>,
    pub(crate) traffic: Option<Arc<dyn Traffic>>,
    pub(crate) player: RecordingPlayer,
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
        source: Arc<ObjectSource>,
        traffic: Option<Arc<dyn Traffic>>,
        inputs: Arc<Inputs>,
        flavour: Flavour,
    ) -> Self {
        let budget = inputs.scaled_budget(card.budget);
        let (started, now) = (Instant::now(), source.now(card.id));
        let (player, interactions) = (RecordingPlayer::default(), Mutex::default());
        Self { card, source, traffic, player, inputs, flavour, budget, started, now, interactions }
    }

    /// The objects of a kind in the whole cluster. A kind that is not served has none; one of which nothing is known, or that
    /// the caller may not list, is an error, for which the check is skipped.
    pub async fn objects<V: View>(&self) -> Result<Objects<V>, HarnessError> {
        let objects = self.known_objects::<V>().await?;
        let unread = |source| Err(read_error::<V>(&Scope::Cluster, source));
        match objects.extent() {
            Extent::Nothing => unread(ReadError::NotInFiles { resource: V::KIND.full_name() }),
            Extent::NotPermitted => unread(ReadError::Forbidden { resource: V::KIND.full_name() }),
            Extent::Whole | Extent::Namespaces(_) | Extent::Part => Ok(objects),
        }
    }

    /// The objects of a kind as far as they are known, which may be none at all: for a check that judges something without
    /// them, too.
    pub async fn known_objects<V: View>(&self) -> Result<Objects<V>, HarnessError> {
        self.read::<V>(Scope::Cluster, Interest::All).await
    }

    /// One object, if it exists. `namespace` is empty for what is cluster-scoped. Where nobody knows whether it exists, that is
    /// an error, for which the check is skipped.
    pub async fn object<V: View>(&self, namespace: &str, name: &str) -> Result<Option<Arc<V>>, HarnessError> {
        let scope = scope_of::<V>(namespace, name);
        let objects = self.read::<V>(scope.clone(), object_interest(namespace, name)).await?;
        if *objects.extent() == Extent::NotPermitted {
            return Err(read_error::<V>(&scope, ReadError::Forbidden { resource: V::KIND.full_name() }));
        }
        match objects.lookup(namespace, name) {
            Lookup::There(object) => Ok(Some(object)),
            Lookup::NotThere => Ok(None),
            Lookup::NotKnown(missing) => Err(HarnessError::NotKnown { missing }),
        }
    }

    /// Whether an object is there. `namespace` is empty for what is cluster-scoped.
    pub async fn lookup<V: View>(&self, namespace: &str, name: &str) -> Result<Lookup<V>, HarnessError> {
        let interest = object_interest(namespace, name);
        Ok(self.read::<V>(scope_of::<V>(namespace, name), interest).await?.lookup(namespace, name))
    }

    /// Which kinds the API server serves.
    pub fn served(&self) -> &ServedKinds {
        self.source.served()
    }

    /// The time at which the check judges: when its attempt began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The inputs: what a person set, what was discovered on the cluster, and the document's defaults.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The cluster's flavour, which may be unknown: for a check that reads only a part by it.
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// The cluster's flavour, for a check that reads the whole requirement by it. Where nothing tells it, that is an error, for
    /// which the check is skipped.
    pub fn known_flavour(&self) -> Result<Flavour, HarnessError> {
        if self.flavour == Flavour::UNKNOWN { Err(HarnessError::UnknownFlavour) } else { Ok(self.flavour) }
    }

    /// Judges until the requirement is upheld or the budget ends, and returns the last verdict.
    ///
    /// `judge` is called again when anything changes that its last call read: an object that it asked for by name, be it there
    /// or not, or any object of a kind whose objects it asked for.
    pub async fn until<F, Fut>(&self, judge: F) -> Result<Verdict, HarnessError>
    where
        F: Fn() -> Fut + Send + Sync,
        Fut: Future<Output = Result<Verdict, HarnessError>> + Send,
    {
        // A tenth of the budget is left, so that the attempt ends with findings and not with a timeout.
        let deadline = self.started + self.budget.mul_f64(0.9);
        let mark = self.mark();
        loop {
            self.reset_to(mark);
            let verdict = judge().await?;
            if verdict.is_final() {
                return Ok(verdict);
            }
            if !self.source.watches_changes() {
                return Ok(match self.recording().and_then(|recording| recording.waited_of(self.card.id)) {
                    Some(waited_ms) => self.with_wait_time(verdict, waited_ms),
                    None => verdict,
                });
            }
            if !self.wait_for_change(deadline).await? {
                return Ok(self.with_wait_time(verdict, millis(self.started.elapsed())));
            }
        }
    }

    /// The time that the attempt may take.
    pub fn budget(&self) -> Duration {
        self.budget
    }

    /// The list that the check is reading, for the error of an attempt whose budget ended.
    pub fn last_seen(&self) -> String {
        self.lock().last_seen()
    }

    /// What the check asked so far, and was answered. `unjudged`: why it has no verdict.
    pub fn observations(&self, unjudged: Option<String>) -> Observations {
        self.lock().observations(self.now, unjudged)
    }

    /// The recording from which questions are answered. `None`: a cluster or files answer them.
    pub(crate) fn recording(&self) -> Option<&Recording> {
        match &*self.source {
            ObjectSource::Recorded(recording) => Some(recording),
            ObjectSource::Live(_) | ObjectSource::Files(_) => None,
        }
    }

    /// Records a question with its answer, or with the error instead of one.
    pub(crate) fn record_answer<T>(
        &self,
        question: Question,
        answer: &Result<T, HarnessError>,
        live_answer: impl FnOnce(&T) -> LiveAnswer,
    ) {
        let answer = answer.as_ref().map(live_answer).map_err(redact_error);
        self.record(Interaction { question, order: None, answer });
    }

    /// Records a question with its answer.
    pub(crate) fn record(&self, interaction: Interaction) {
        self.lock().entries.push(interaction);
    }

    /// The answer to a question, which is told where the budget ends before it is there.
    pub(crate) async fn awaiting<T>(&self, what: String, answer: impl Future<Output = T>) -> T {
        let requests = UnansweredRequests::default();
        self.lock().awaited = Some(Awaited { what, requests: requests.clone() });
        let answer = requests.noting(answer).await;
        self.lock().awaited = None;
        answer
    }

    /// A mark behind the last interaction, for [`Self::reset_to`].
    pub(crate) fn mark(&self) -> usize {
        self.lock().entries.len()
    }

    /// Drops what was recorded after `mark`: of what is asked repeatedly, only the last time is recorded.
    pub(crate) fn reset_to(&self, mark: usize) {
        self.lock().reset_to(mark);
    }

    /// Waits until something changes that was read since the last wait. Returns whether one did before the deadline. Where nobody
    /// can tell whether it did, that is an error.
    pub(crate) async fn wait_for_change(&self, deadline: Instant) -> Result<bool, HarnessError> {
        let changes = std::mem::take(&mut self.lock().changes);
        if changes.is_empty() {
            return Ok(false);
        }
        match tokio::time::timeout_at(deadline, select_all(changes)).await {
            Ok((change, ..)) => change.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    async fn read<V: View>(&self, scope: Scope, interest: Interest) -> Result<Objects<V>, HarnessError> {
        let question = Question::Objects { resource: V::KIND.full_name(), scope: scope.to_string() };
        let answer = match self.recording() {
            Some(recording) => self.player.objects(recording, self.card.id, &scope),
            None => self.read_store(scope, interest).await,
        };
        let erased = |objects: &Objects<V>| LiveAnswer::Objects(objects.into(), objects.extent().clone());
        self.record_answer(question, &answer, erased);
        answer
    }

    async fn read_store<V: View>(
        &self,
        scope: Scope,
        interest: Interest,
    ) -> Result<Objects<V>, HarnessError> {
        let store = self.source.store::<V>(&scope);
        let what = scope.of(&V::KIND);
        self.lock().pending = Some(PendingRead { what: what.clone(), store: Arc::clone(&store) });
        let (answer, change) = store.read(interest).await;
        let read_error = move |source| HarnessError::Read { what: what.clone(), source };
        let objects = answer.map_err(&read_error)?;

        let mut interactions = self.lock();
        interactions.pending = None;
        interactions.changes.push(change.wait().map(|change| change.map_err(read_error)).boxed());
        Ok(objects)
    }

    /// Notes in the findings how long the check had waited.
    fn with_wait_time(&self, verdict: Verdict, waited_ms: u64) -> Verdict {
        match verdict {
            Verdict::Violated { mut findings, unjudged } => {
                for finding in &mut findings {
                    finding.waited_ms = Some(waited_ms);
                }
                self.lock().waited_ms = Some(waited_ms);
                Verdict::Violated { findings, unjudged }
            }
            verdict => verdict,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Interactions> {
        self.interactions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text of an error, redacted.
pub(crate) fn redact_error(error: &HarnessError) -> String {
    redact::text(&chain(error)).into_owned()
}

/// Among which objects one object of a kind is looked up.
fn scope_of<V: View>(namespace: &str, name: &str) -> Scope {
    match V::LIST_SCOPE {
        ListScope::Cluster => Scope::Cluster,
        ListScope::Object => Scope::Object { namespace: namespace.to_owned(), name: name.to_owned() },
    }
}

/// The interest of who asks for one object: in it alone, whichever others are read with it.
fn object_interest(namespace: &str, name: &str) -> Interest {
    Interest::Object((namespace.to_owned(), name.to_owned()))
}

/// The error of a check that reads a kind of which nothing is known, or that its caller may not read.
fn read_error<V: View>(scope: &Scope, source: ReadError) -> HarnessError {
    HarnessError::Read { what: scope.of(&V::KIND), source: Arc::new(source) }
}
