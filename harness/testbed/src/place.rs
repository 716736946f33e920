//! A place: some objects, the conditions that it waits for, and often a probe pod.

use crate::ledger::{Ledger, LedgerError};
use crate::place_error::PlaceError;
use crate::pull_secret;
use fixtures::PlaceholderValues;
use inputs::Inputs;
use serde::Deserialize;
use serde_json::Value;
use stack::install::step_spec::deserialize_duration;
use stack::install::wait_condition::WaitCondition;
use std::time::Duration;
use tokio::time::Instant;
use vocabulary::Flavour;

/// What makes a namespace a member of a mesh of OpenShift Service Mesh 2.
const MEMBER: &str = "ServiceMeshMember";

/// A place that was made, and whose conditions are met.
#[derive(Debug)]
pub struct ReadyPlace {
    /// The pod that carries out orders. `None`: nothing is sent from the place.
    pub probe: Option<ProbePod>,
}

/// A pod of the probe's client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbePod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// The shape of `place.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceSpec {
    /// The place's name for a person.
    pub(crate) title: String,
    /// The pod that carries out orders.
    pub(crate) probe: Option<ProbePod>,
    /// The conditions that its namespace meets before a workload is made in it.
    #[serde(default)]
    pub(crate) until_member: Vec<WaitCondition>,
    /// The conditions that it waits for.
    #[serde(default)]
    pub(crate) until: Vec<WaitCondition>,
    /// The time that its conditions may take, before the run's budget factor.
    #[serde(deserialize_with = "deserialize_duration")]
    pub(crate) budget: Duration,
}

/// The spec and the objects of a place, with the values in place of their placeholders.
pub(crate) fn render_place(
    name: &str,
    flavour: Flavour,
    values: &PlaceholderValues,
) -> Result<(PlaceSpec, Vec<Value>), PlaceError> {
    let fixtures::PlaceFixture { mut spec, mut objects } = fixtures::place(name, flavour.0)?;
    fixtures::render(&mut spec, values)?;
    objects.iter_mut().try_for_each(|object| fixtures::render(object, values))?;
    let spec =
        serde_json::from_value(spec).map_err(|source| PlaceError::Spec { name: name.to_owned(), source })?;
    Ok((spec, objects))
}

/// Makes the objects of a place, and waits until its conditions are met.
pub(crate) async fn make_place(
    name: &str,
    flavour: Flavour,
    ledger: &Ledger,
    values: &PlaceholderValues,
    inputs: &Inputs,
) -> Result<ReadyPlace, PlaceError> {
    let (spec, mut objects) = render_place(name, flavour, values)?;
    if let Some(secret) = &inputs.probe.pull_secret {
        objects = pull_secret::add(ledger.kinds(), secret, objects).await?;
    }
    let (membership, workloads): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_of_membership);
    for object in membership {
        let is_member = object["kind"] == MEMBER;
        match ledger.make(object).await {
            // The operator makes one of each namespace that the roll lists or selects: it is a member already.
            Err(LedgerError::Occupied { .. }) if is_member => {}
            made => made?,
        }
    }
    wait_for(&spec.until_member, &spec, name, ledger, inputs).await?;
    for object in workloads {
        ledger.make(object).await?;
    }
    wait_for(&spec.until, &spec, name, ledger, inputs).await?;
    Ok(ReadyPlace { probe: spec.probe })
}

/// Whether an object decides to which mesh its namespace belongs: a pod that is made before has no sidecar.
fn is_of_membership(object: &Value) -> bool {
    object["kind"] == "Namespace" || object["kind"] == MEMBER
}

/// Waits for conditions of a place. What a slow API server took to make its objects is no time in which they were waited for.
async fn wait_for(
    conditions: &[WaitCondition],
    spec: &PlaceSpec,
    name: &str,
    ledger: &Ledger,
    inputs: &Inputs,
) -> Result<(), PlaceError> {
    let budget = inputs.scaled_budget(spec.budget);
    let deadline = Instant::now() + budget;
    for condition in conditions {
        tracing::info!(place = name, "{}: waiting for {condition}", spec.title);
        condition.wait_or_explain(ledger.kinds(), (budget, deadline), |_| {}).await?;
    }
    Ok(())
}
