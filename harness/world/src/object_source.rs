//! Where the objects that a check reads come from: a cluster, a recording, or files.
//!
//! A check cannot tell which of them it reads, and gives the same verdict on the same objects.

use crate::live::{LiveObjects, PendingList};
use crate::manifests::Manifests;
use crate::store::Store;
use crate::view_type::ViewType;
use crate::waiters::Interest;
use jiff::Timestamp;
use record::{Recording, Scope, ServedKinds};
use std::sync::Arc;
use vocabulary::{Finding, Objects, Provenance, ReadError, View, chain};

/// Where the objects that a check reads come from.
#[derive(Debug)]
pub enum ObjectSource {
    /// A cluster.
    Live(LiveObjects),
    /// A recording.
    Recorded(Box<Recording>),
    /// Files.
    Files(Manifests),
}

impl ObjectSource {
    /// The current objects of a view's kind. A kind that is not served has none.
    pub async fn objects<V: View>(&self, scope: &Scope) -> Result<Objects<V>, Arc<ReadError>> {
        self.store::<V>(scope).read(Interest::All).await.0
    }

    /// The shared store of the objects of a view's kind.
    pub(crate) fn store<V: View>(&self, scope: &Scope) -> Arc<Store> {
        match self {
            Self::Live(live) => live.store(ViewType::of::<V>(), scope),
            Self::Recorded(recording) => {
                let views = recording.any_objects::<V>(scope);
                Arc::new(Store::of_views(views.map_err(|error| ReadError::RecordedError(chain(&error)))))
            }
            Self::Files(manifests) => manifests.store::<V>(scope),
        }
    }

    /// Says of a finding where a person edits what is wrong: the custom resource, if an operator makes the object of it, and the line
    /// of its file.
    pub fn locate(&self, finding: &mut Finding) {
        let provenance = self.provenances().iter().find(|one| one.object == finding.object);
        if let Some(provenance) = provenance {
            provenance.lead_to_origin(finding);
        }
        if let Self::Files(manifests) = self {
            finding.written_at = manifests.line_of(&finding.object, &finding.field);
        }
    }

    /// Where a person edits the objects that operators make.
    pub fn provenances(&self) -> &[Provenance] {
        match self {
            Self::Live(_) => &[],
            Self::Recorded(recording) => &recording.about.provenances,
            Self::Files(manifests) => manifests.provenances(),
        }
    }

    /// The client of a cluster. `None`: there are only a recording or files.
    pub fn client(&self) -> Option<kube::Client> {
        match self {
            Self::Live(live) => Some(live.client().clone()),
            Self::Recorded(_) | Self::Files(_) => None,
        }
    }

    /// The lists that the API server has not answered yet.
    pub fn pending_lists(&self) -> Vec<PendingList> {
        match self {
            Self::Live(live) => live.pending_lists(),
            Self::Recorded(_) | Self::Files(_) => Vec::new(),
        }
    }

    /// Which kinds the API server serves.
    pub fn served(&self) -> &ServedKinds {
        match self {
            Self::Live(live) => live.served(),
            Self::Recorded(recording) => recording.served(),
            Self::Files(manifests) => manifests.served(),
        }
    }

    /// The time at which an attempt of a check judges, by which certificates expire: of a recording, the recorded one.
    pub fn now(&self, check: &str) -> Timestamp {
        match self {
            Self::Live(_) => Timestamp::now(),
            Self::Recorded(recording) => recording.now_of(check),
            Self::Files(manifests) => manifests.now(),
        }
    }

    /// Whether objects are watched, so that a check can wait for them to change.
    pub fn watches_changes(&self) -> bool {
        match self {
            Self::Live(live) => live.watches_changes(),
            Self::Recorded(_) | Self::Files(_) => false,
        }
    }
}
