//! How the checks of one run send: through a probe pod of the testbed, or from this machine.
//!
//! What is sent and what came back are the probe's words, and know nothing of Kubernetes; here is only the way to them.

use crate::error::TrafficError;
use crate::place::Place;
use crate::sweep::{self, SweepError};
use crate::testbed::Testbed;
use crate::{forward, log};
use cluster::client::{UserAgent, named};
use cluster::lock::ClusterLock;
use futures::future::{BoxFuture, FutureExt, join_all};
use inputs::Inputs;
use probe::{Batch, Concurrency, Order, Transcript, observe};
use record::Position;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::ObjectRef;
use world::{LogQuery, Traffic, TrafficFailure};

/// What the checks of one run send with.
pub struct TestbedTraffic {
    client: kube::Client,
    run: String,
    testbed: Testbed,
    lock: Mutex<Option<ClusterLock>>,
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
    /// The traffic of a run. Where the run holds the cluster's lock, what a killed run left is swept first. Nothing is
    /// made yet.
    pub async fn begin(
        client: kube::Client,
        run: &str,
        inputs: Arc<Inputs>,
        lock: Option<ClusterLock>,
    ) -> Result<Self, SweepError> {
        let mut lock = lock;
        if let Some(lock) = &mut lock {
            if let Some(before) = &lock.left_by {
                tracing::warn!("removing what run {before} left in the cluster");
                sweep::sweep(client.clone()).await?;
            }
            lock.begin(run).map_err(SweepError::Note)?;
        }
        let testbed = Testbed::new(client.clone(), run, inputs);
        Ok(Self { testbed, run: run.to_owned(), client, lock: Mutex::new(lock) })
    }

    /// Removes what was made.
    pub async fn end(&self) -> Result<Vec<ObjectRef>, SweepError> {
        let removed = sweep::remove_all(self.testbed.ledger()).await?;
        if let Some(lock) = self.lock.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            lock.end().map_err(SweepError::Note)?;
        }
        Ok(removed)
    }

    async fn place(&self, place: &'static str) -> Result<Arc<Place>, TrafficError> {
        self.testbed.place(place).await.map_err(|source| TrafficError::Place { place, source })
    }

    async fn through_probe(
        &self,
        client: kube::Client,
        place: &'static str,
        orders: &[Order],
    ) -> Result<Vec<Transcript>, TrafficError> {
        let made = self.place(place).await?;
        let (namespace, name) = made.probe.clone().ok_or(TrafficError::NoProbe(place))?;
        let batch = Batch { turns: Concurrency::Together, orders: orders.to_vec() };
        forward::batch(client, namespace, name, &batch).await
    }

    /// A client whose requests name the check.
    fn client_of(&self, check: &'static str) -> kube::Client {
        named(&self.client, &UserAgent::of_check(&self.run, check))
    }
}

impl Traffic for TestbedTraffic {
    fn prepare(&self, places: &'static [&'static str]) -> BoxFuture<'_, Result<(), TrafficFailure>> {
        let making: Vec<BoxFuture<'_, _>> = places.iter().map(|place| self.place(place).boxed()).collect();
        let made = join_all(making);
        made.map(|made| made.into_iter().try_for_each(|place| place.map(drop).map_err(failure))).boxed()
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
                let sent: Vec<BoxFuture<'_, _>> = orders.iter().map(|order| observe(order).boxed()).collect();
                join_all(sent).map(Ok).boxed()
            }
            Position::Pod { namespace, name, port } => {
                let send = |order: &'a Order| {
                    forward::order(client.clone(), namespace.clone(), name.clone(), *port, order).boxed()
                };
                let under_way: Vec<BoxFuture<'a, _>> = orders.iter().map(send).collect();
                let answers = join_all(under_way);
                answers.map(|all| all.into_iter().collect::<Result<_, _>>().map_err(failure)).boxed()
            }
            Position::Place(place) => {
                self.through_probe(client, place, orders).map(|sent| sent.map_err(failure)).boxed()
            }
        }
    }

    fn log_line<'a>(
        &'a self,
        check: &'static str,
        query: &'a LogQuery<'a>,
    ) -> BoxFuture<'a, Result<Option<String>, TrafficFailure>> {
        let client = self.client_of(check);
        async move { log::line(&client, query).await.map_err(failure) }.boxed()
    }
}

fn failure(error: TrafficError) -> TrafficFailure {
    Arc::new(error)
}
