//! A place: some objects, the condition that they are there, and often a pod that sends what checks order.

use crate::ledger::{Ledger, MakeError};
use crate::pull_secret;
use fixtures::{FixtureError, PlaceholderValues};
use inputs::Inputs;
use serde::Deserialize;
use serde_json::Value;
use stack::install::condition::Condition;
use stack::install::spec::duration;
use stack::install::unmet::Unmet;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;
use vocabulary::ObjectRef;

/// A place could not be made.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// Its fixture is broken.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// `place.yaml` does not have the shape of a place.
    #[error("could not read the place `{name}`")]
    Spec {
        /// Its name.
        name: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The Secret with which the probe's image is pulled could not be read.
    #[error("could not read {secret}, which `probe.pull_secret` names")]
    PullSecret {
        /// The Secret.
        secret: ObjectRef,
        /// Why.
        #[source]
        source: Option<Box<kube::Error>>,
    },
    /// An object could not be made.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// The condition that it is there did not come.
    #[error(transparent)]
    Unmet(#[from] Unmet),
}

/// A place that is there.
#[derive(Debug)]
pub struct Place {
    /// The pod that sends what checks order, by namespace and name.
    pub probe: Option<(String, String)>,
}

/// What `place.yaml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The place for a person.
    pub(crate) title: String,
    /// The pod that sends what checks order.
    pub(crate) probe: Option<Probe>,
    /// The conditions that it is there.
    #[serde(default)]
    pub(crate) until: Vec<Condition>,
    /// The time that it may take, before the run's budget factor.
    #[serde(deserialize_with = "duration")]
    pub(crate) budget: Duration,
}

/// A pod of the probe's client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// A place with its placeholders filled in.
pub(crate) fn render(name: &str, values: &PlaceholderValues) -> Result<(Spec, Vec<Value>), PlaceError> {
    let fixtures::PlaceFixture { mut spec, mut objects } = fixtures::place(name)?;
    fixtures::render(&mut spec, values)?;
    objects.iter_mut().try_for_each(|object| fixtures::render(object, values))?;
    let spec =
        serde_json::from_value(spec).map_err(|source| PlaceError::Spec { name: name.to_owned(), source })?;
    Ok((spec, objects))
}

/// Makes a place, and waits until it is there.
pub(crate) async fn make(
    name: &str,
    ledger: &Ledger,
    values: &PlaceholderValues,
    inputs: &Inputs,
) -> Result<Place, PlaceError> {
    let (spec, mut objects) = render(name, values)?;
    if let Some(secret) = &inputs.probe.pull_secret {
        objects = pull_secret::add(ledger.kinds(), secret, objects).await?;
    }
    let budget = inputs.scaled_budget(spec.budget);
    let deadline = Instant::now() + budget;
    for object in objects {
        ledger.make(object).await?;
    }
    for condition in &spec.until {
        tracing::info!(place = name, "{}: waiting for {condition}", spec.title);
        condition.hold(ledger.kinds(), (budget, deadline), |_| {}).await?;
    }
    Ok(Place { probe: spec.probe.map(|probe| (probe.namespace, probe.name)) })
}
