//! How a check sends: through a probe pod of the base, or from this machine.
//!
//! What is sent and what came back are the probe's words, and know nothing of Kubernetes; here is only the way to them.

pub(crate) mod forward;
mod log;
mod position;

pub use log::Wanted;
pub(crate) use position::pod_of;
pub use position::{Exchanged, Position};

use crate::base::sweep::{self, SweepError};
use crate::base::{Base, BaseError};
use crate::cluster::client::{UserAgent, named};
use crate::inputs::Inputs;
use crate::object::ObjectRef;
use crate::provider::Taken;
use futures::future::{BoxFuture, FutureExt, join_all};
use probe::{Batch, Order, Transcript, Turns, observe};
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;

/// An order could not be given, or a log not be read. What a network does is never an error but a transcript.
#[derive(Debug, Error)]
pub enum TrafficError {
    /// The place from which it is sent is not there.
    #[error("the place `{place}` could not be made")]
    Base {
        /// The place.
        place: &'static str,
        /// Why.
        #[source]
        source: Arc<BaseError>,
    },
    /// The place has no pod that sends.
    #[error("the place `{0}` has no probe")]
    NoProbe(&'static str),
    /// The API server does not forward to the pod.
    #[error("could not reach port {port} of pod {pod} through the API server")]
    Forward {
        /// The pod, with its namespace.
        pod: String,
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
    /// The probe did not answer with transcripts.
    #[error("expected: transcripts from the probe in pod {pod}, observed: {observed}")]
    Probe {
        /// The pod, with its namespace.
        pod: String,
        /// What it answered.
        observed: String,
    },
    /// A log could not be read.
    #[error("could not read the log of pod {pod}")]
    Log {
        /// The pod, with its namespace.
        pod: String,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
}

/// What the checks of one run send with.
pub struct Traffic {
    client: kube::Client,
    run: String,
    base: Base,
    taken: Mutex<Option<Taken>>,
}

impl std::fmt::Debug for Traffic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Traffic").field("run", &self.run).field("base", &self.base).finish_non_exhaustive()
    }
}

impl Traffic {
    /// The traffic of a run. What a run before it left on a cluster that it had for itself is removed; nothing is made
    /// yet.
    pub async fn begin(
        client: kube::Client,
        run: &str,
        inputs: Arc<Inputs>,
        taken: Option<Taken>,
    ) -> Result<Self, SweepError> {
        let mut taken = taken;
        if let Some(taken) = &mut taken {
            if let Some(before) = &taken.left_by {
                tracing::warn!("removing what run {before} left in the cluster");
                sweep::sweep(client.clone()).await?;
            }
            taken.begin(run).map_err(SweepError::Note)?;
        }
        let base = Base::new(client.clone(), run, inputs);
        Ok(Self { base, run: run.to_owned(), client, taken: Mutex::new(taken) })
    }

    /// Makes the places that a check needs, all at once.
    pub fn prepare(&self, places: &'static [&'static str]) -> BoxFuture<'_, Result<(), TrafficError>> {
        let making: Vec<BoxFuture<'_, _>> = places.iter().map(|place| self.place(place).boxed()).collect();
        join_all(making).map(|made| made.into_iter().try_for_each(|place| place.map(drop))).boxed()
    }

    /// Sends the orders of a check, all at once.
    pub fn send<'a>(
        &'a self,
        check: &'static str,
        position: &'a Position,
        orders: &'a [Order],
    ) -> BoxFuture<'a, Result<Vec<Transcript>, TrafficError>> {
        let client = named(&self.client, &UserAgent::of_check(&self.run, check));
        match position {
            Position::Outside => {
                let sent: Vec<BoxFuture<'_, _>> = orders.iter().map(|order| observe(order).boxed()).collect();
                join_all(sent).map(Ok).boxed()
            }
            Position::Pod { namespace, name, port } => {
                let send = |order: &'a Order| {
                    forward::order(client.clone(), namespace.clone(), name.clone(), *port, order).boxed()
                };
                let under_way: Vec<BoxFuture<'a, _>> = orders.iter().map(send).collect();
                join_all(under_way).map(|transcripts| transcripts.into_iter().collect()).boxed()
            }
            Position::Place(place) => self.through_probe(client, place, orders).boxed(),
        }
    }

    async fn through_probe(
        &self,
        client: kube::Client,
        place: &'static str,
        orders: &[Order],
    ) -> Result<Vec<Transcript>, TrafficError> {
        let there = self.place(place).await?;
        let (namespace, name) = there.probe.clone().ok_or(TrafficError::NoProbe(place))?;
        let batch = Batch { turns: Turns::Together, orders: orders.to_vec() };
        forward::batch(client, namespace, name, &batch).await
    }

    /// The first line of a container's log since `since` that contains `text`, if it comes before the deadline.
    pub async fn log_line(
        &self,
        check: &'static str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<String>, TrafficError> {
        let client = named(&self.client, &UserAgent::of_check(&self.run, check));
        log::line(&client, wanted).await
    }

    /// Removes what was made.
    pub async fn end(&self) -> Result<Vec<ObjectRef>, SweepError> {
        let removed = sweep::remove_all(self.base.ledger()).await?;
        if let Some(taken) = self.taken.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            taken.end().map_err(SweepError::Note)?;
        }
        Ok(removed)
    }

    async fn place(&self, place: &'static str) -> Result<Arc<crate::base::Place>, TrafficError> {
        self.base.place(place).await.map_err(|source| TrafficError::Base { place, source })
    }
}
