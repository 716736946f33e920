//! Sends for the checks of a run: from a probe pod of the testbed, through port forwarding, or from this machine.
//!
//! Orders and transcripts are the probe's, which knows nothing of Kubernetes. Here it is only decided from where they are
//! carried out.

use crate::error::TrafficError;
use crate::place::{ProbePod, ReadyPlace};
use crate::sweep::{self, SweepError};
use crate::testbed::Testbed;
use crate::{forward, log};
use cluster::client::{UserAgent, with_user_agent};
use cluster::lock::ClusterLock;
use futures::future::{BoxFuture, FutureExt, join_all};
use inputs::Inputs;
use probe::{Batch, Concurrency, Order, Transcript, observe};
use record::Position;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::{Flavour, ObjectRef};
use world::{LogQuery, Traffic, TrafficFailure};

/// Sends for the checks of a run.
pub struct TestbedTraffic {
    client: kube::Client,
    run: String,
    testbed: Testbed,
    lock: Mutex<Option<ClusterLock>>,
    /// How long removing what the run made may take.
    removal_limit: std::time::Duration,
}

impl std::fmt::Debug for TestbedTraffic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestbedTraffic")
            .field("run", &self.run)
            .field("testbed", &self.testbed)
            .finish_non_exhaustive()
    }
}

impl TestbedTraffic {
    /// Sweeps what a previous, killed run left, if this run holds the cluster lock. Makes nothing.
    pub async fn begin(
        client: kube::Client,
        run: &str,
        inputs: Arc<Inputs>,
        flavour: Flavour,
        lock: Option<ClusterLock>,
    ) -> Result<Self, SweepError> {
        let mut lock = lock;
        let removal_limit = sweep::removal_limit(&inputs);
        if let Some(lock) = &mut lock {
            if let Some(killed_run) = &lock.left_by {
                tracing::warn!("removing what run {killed_run} left in the cluster");
                let unlisted = sweep::sweep(client.clone(), removal_limit).await?.unlisted;
                if !unlisted.is_empty() {
                    tracing::warn!(
                        "no right to list {}, so something may be left there",
                        unlisted.join(", ")
                    );
                }
            }
            lock.begin(run).map_err(SweepError::Note)?;
        }
        let testbed = Testbed::new(client.clone(), run, inputs, flavour);
        Ok(Self { testbed, run: run.to_owned(), client, lock: Mutex::new(lock), removal_limit })
    }

    /// Removes what the run made, and returns it. The lock then says that nothing is left.
    pub async fn end(&self) -> Result<Vec<ObjectRef>, SweepError> {
        let removed = sweep::remove_all(self.testbed.ledger(), self.removal_limit).await?;
        if let Some(lock) = self.lock.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            lock.end().map_err(SweepError::Note)?;
        }
        Ok(removed)
    }

    /// What the run made or was about to make, whether it is removed by now or not.
    pub fn made_objects(&self) -> Vec<ObjectRef> {
        self.testbed.ledger().objects()
    }

    async fn place(&self, place: &'static str) -> Result<Arc<ReadyPlace>, TrafficError> {
        self.testbed.place(place).await.map_err(|source| TrafficError::Place { place, source })
    }

    /// Lets the probe pod of a place carry out orders.
    async fn send_from_place(
        &self,
        client: kube::Client,
        place: &'static str,
        orders: &[Order],
    ) -> Result<Vec<Transcript>, TrafficError> {
        let ready = self.place(place).await?;
        let ProbePod { namespace, name } = ready.probe.clone().ok_or(TrafficError::NoProbe(place))?;
        let batch = Batch { turns: Concurrency::Together, orders: orders.to_vec() };
        forward::send_batch(client, namespace, name, &batch).await
    }

    /// A client whose user agent names the check.
    fn client_of(&self, check: &'static str) -> kube::Client {
        with_user_agent(&self.client, &UserAgent::of_check(&self.run, check))
    }
}

impl Traffic for TestbedTraffic {
    fn prepare(&self, places: &'static [&'static str]) -> BoxFuture<'_, Result<(), TrafficFailure>> {
        let places: Vec<BoxFuture<'_, _>> = places.iter().map(|place| self.place(place).boxed()).collect();
        join_all(places)
            .map(|places| places.into_iter().try_for_each(|place| place.map(drop).map_err(traffic_failure)))
            .boxed()
    }

    fn send<'a>(
        &'a self,
        check: &'static str,
        position: &'a Position,
        orders: &'a [Order],
    ) -> BoxFuture<'a, Result<Vec<Transcript>, TrafficFailure>> {
        let client = self.client_of(check);
        match position {
            Position::Outside => {
                let exchanges: Vec<BoxFuture<'_, _>> =
                    orders.iter().map(|order| observe(order).boxed()).collect();
                join_all(exchanges).map(Ok).boxed()
            }
            Position::Pod { namespace, name, port } => {
                let send = |order: &'a Order| {
                    forward::send_order(client.clone(), namespace.clone(), name.clone(), *port, order).boxed()
                };
                let exchanges: Vec<BoxFuture<'a, _>> = orders.iter().map(send).collect();
                join_all(exchanges)
                    .map(|transcripts| {
                        transcripts.into_iter().collect::<Result<_, _>>().map_err(traffic_failure)
                    })
                    .boxed()
            }
            Position::Place(place) => self
                .send_from_place(client, place, orders)
                .map(|transcripts| transcripts.map_err(traffic_failure))
                .boxed(),
        }
    }

    fn log_line<'a>(
        &'a self,
        check: &'static str,
        query: &'a LogQuery<'a>,
    ) -> BoxFuture<'a, Result<Option<String>, TrafficFailure>> {
        let client = self.client_of(check);
        async move { log::find_line(&client, query).await.map_err(traffic_failure) }.boxed()
    }
}

fn traffic_failure(error: TrafficError) -> TrafficFailure {
    Arc::new(error)
}
