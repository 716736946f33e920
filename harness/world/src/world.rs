//! Where a check's answers come from: a cluster through shared watches, a recording, or files.
//!
//! A check cannot tell which of them it sees, and the same check gives the same verdict on all.

use crate::live::LiveWorld;
use crate::manifests::Manifests;
use crate::store::{Store, typed};
use crate::view_type::ViewType;
use jiff::Timestamp;
use record::{Objects, Recording, Scope, Served};
use std::sync::Arc;
use vocabulary::{ReadError, View, chain};

/// Where a check's answers come from.
#[derive(Debug)]
pub enum World {
    /// A cluster.
    Live(LiveWorld),
    /// A recording.
    Recorded(Recording),
    /// Files.
    Files(Manifests),
}

impl World {
    /// The objects of a view's kind, as they are now. A kind that is not served has none.
    pub async fn objects<V: View>(&self, scope: &Scope) -> Result<Objects<V>, Arc<ReadError>> {
        let (views, _) = self.store::<V>(scope).read().await;
        typed(views?).map_err(Arc::new)
    }

    /// The shared store of the objects of a view's kind.
    pub(crate) fn store<V: View>(&self, scope: &Scope) -> Arc<Store> {
        match self {
            Self::Live(live) => live.store(ViewType::of::<V>(), scope),
            Self::Recorded(recording) => {
                let views = recording.any::<V>(scope);
                Arc::new(Store::of_views(views.map_err(|error| ReadError::RecordedError(chain(&error)))))
            }
            Self::Files(manifests) => Arc::new(manifests.store::<V>(scope)),
        }
    }

    /// The client of a cluster; a recording has none.
    pub fn client(&self) -> Option<kube::Client> {
        match self {
            Self::Live(live) => Some(live.client().clone()),
            Self::Recorded(_) | Self::Files(_) => None,
        }
    }

    /// Which kinds the API server serves.
    pub fn served(&self) -> &Served {
        match self {
            Self::Live(live) => live.served(),
            Self::Recorded(recording) => recording.served(),
            Self::Files(manifests) => manifests.served(),
        }
    }

    /// The time by which an attempt of a check judges.
    pub fn now(&self, check: &str) -> Timestamp {
        match self {
            Self::Live(_) => Timestamp::now(),
            Self::Recorded(recording) => recording.now_of(check),
            Self::Files(manifests) => manifests.now(),
        }
    }

    /// Whether objects are watched: they can still change, and waiting makes sense.
    pub fn watches_changes(&self) -> bool {
        match self {
            Self::Live(live) => live.watches_changes(),
            Self::Recorded(_) | Self::Files(_) => false,
        }
    }
}
