//! Where a check's answers come from: a cluster through shared watches, or a recording.
//!
//! A check cannot tell which of the two it sees, and the same check gives the same verdict on both.

mod live;
mod recording;
mod served;
mod store;

pub use live::LiveWorld;
pub use recording::{RecordedKind, Recording, RecordingError};
pub use served::Served;
pub use store::{Objects, Snapshot, Store};

use crate::object::ObjectKind;
use crate::view::View;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// Which objects of a kind a store holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All of them.
    Cluster,
    /// One, by namespace (empty for what is cluster-scoped) and name.
    Object {
        /// The object's namespace.
        namespace: String,
        /// The object's name.
        name: String,
    },
}

impl Scope {
    /// How a sentence names these objects of `kind`.
    pub fn of(&self, kind: &ObjectKind) -> String {
        match self {
            Self::Cluster => kind.full_name(),
            Self::Object { namespace, name } if namespace.is_empty() => {
                format!("{} {name}", kind.full_name())
            }
            Self::Object { namespace, name } => format!("{} {namespace}/{name}", kind.full_name()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => f.write_str("*"),
            Self::Object { namespace, name } => write!(f, "{namespace}/{name}"),
        }
    }
}

/// Why objects could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The API server refused, or could not be reached.
    #[error("the API server did not answer the list")]
    List(#[source] kube::Error),
    /// The caller has no right to read them.
    #[error("no right to list {resource}; `docs/auditor.yaml` holds the rights that judging needs")]
    Forbidden {
        /// The resource.
        resource: String,
    },
    /// An object does not have the shape that its view expects.
    #[error("{object} does not have the shape of its kind")]
    Shape {
        /// Which object.
        object: String,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
    /// A recording holds no answer to this question.
    #[error("the recording holds no answer for {what}")]
    NotRecorded {
        /// The question.
        what: String,
    },
}

/// Where a check's answers come from.
#[derive(Debug)]
pub enum World {
    /// A cluster.
    Live(LiveWorld),
    /// A recording.
    Recorded(Recording),
}

impl World {
    /// The shared store of the objects of a view's kind. A kind that is not served has no objects.
    pub fn store<V: View>(&self, scope: &Scope) -> Arc<Store<V>> {
        match self {
            Self::Live(live) => live.store(scope),
            Self::Recorded(recording) => Arc::new(recording.store(scope)),
        }
    }

    /// The client of a cluster; a recording has none.
    pub(crate) fn client(&self) -> Option<kube::Client> {
        match self {
            Self::Live(live) => Some(live.client().clone()),
            Self::Recorded(_) => None,
        }
    }

    /// Which kinds the API server serves.
    pub fn served(&self) -> &Served {
        match self {
            Self::Live(live) => live.served(),
            Self::Recorded(recording) => recording.served(),
        }
    }

    /// The time by which certificates are judged.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Live(_) => Timestamp::now(),
            Self::Recorded(recording) => recording.recorded_at(),
        }
    }

    /// Whether objects can still change, so that waiting makes sense.
    pub fn is_patient(&self) -> bool {
        match self {
            Self::Live(live) => live.is_patient(),
            Self::Recorded(_) => false,
        }
    }
}
