//! The objects that a run made, with their UIDs, so that it deletes these and no others.

use cluster::apply::{ApplyError, apply_owned};
use cluster::kinds::{Kinds, ref_of};
use cluster::labels::{ATTEMPT, CHECK, RUN, SHARED};
use kube::api::DynamicObject;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use thiserror::Error;
use vocabulary::ObjectRef;

/// An object could not be made.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The API server refused it.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An object of that name, which the run did not make, exists already.
    #[error("{object} is there already, and {whose}")]
    Occupied {
        /// The object.
        object: ObjectRef,
        /// Who made it, as the end of a sentence.
        whose: String,
    },
}

/// The objects that a run made.
pub struct Ledger {
    kinds: Kinds,
    run: String,
    made: Mutex<Vec<DynamicObject>>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("run", &self.run).finish_non_exhaustive()
    }
}

impl Ledger {
    /// An empty ledger.
    pub fn new(kinds: Kinds, run: &str) -> Self {
        Self { kinds, run: run.to_owned(), made: Mutex::default() }
    }

    /// The resources of the cluster.
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// Makes an object that checks share. An object of that name that the run did not make is an error, and is left alone.
    pub async fn make(&self, mut object: Value) -> Result<(), LedgerError> {
        let name = ref_of(&object);
        let refused = |error: kube::Error| ApplyError::Refused { object: name.clone(), source: error.into() };
        if let Some(api) = self.kinds.api_of(&object).await.map_err(refused)?
            && let Some(live) = api.get_opt(&name.name).await.map_err(refused)?
            && live.metadata.labels.as_ref().and_then(|labels| labels.get(RUN)) != Some(&self.run)
        {
            return Err(LedgerError::Occupied { object: name, whose: describe_owner(&live) });
        }
        for (label, value) in [(RUN, self.run.as_str()), (CHECK, SHARED), (ATTEMPT, "1")] {
            object["metadata"]["labels"][label] = json!(value);
        }
        let mut made = apply_owned(&self.kinds, &object).await?;
        // The API server may leave the type out, and a deletion finds the resource by it.
        made.types = serde_json::from_value(object).ok();
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.iter().any(|other| other.metadata.uid == made.metadata.uid) {
            all.push(made);
        }
        Ok(())
    }

    /// Takes all objects out of the ledger, in the order in which they were made.
    pub(super) fn drain(&self) -> Vec<DynamicObject> {
        std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn describe_owner(live: &DynamicObject) -> String {
    if live.metadata.deletion_timestamp.is_some() {
        return "still being deleted".to_owned();
    }
    match live.metadata.labels.as_ref().and_then(|labels| labels.get(RUN)) {
        Some(run) => format!("belongs to run {run}: `meshproof sweep` removes what a run left that ended"),
        None => "not one that meshproof made: name another namespace with `namespaces.mesh` and `namespaces.foreign`"
            .to_owned(),
    }
}
