//! Where a check's answers come from: a cluster through shared watches, a recording, or files.
//!
//! A check cannot tell which of them it sees, and the same check gives the same verdict on all.

mod live;
mod manifests;
mod served;
mod store;

pub use live::LiveWorld;
pub use manifests::{Manifests, Raw};
pub use served::Served;
pub use store::{Objects, Snapshot, Store};

use crate::error::chain;
use crate::object::ObjectKind;
use crate::record::Recording;
use crate::redact;
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

impl Scope {
    /// Whether an object is among them.
    pub fn holds<V: View>(&self, view: &V) -> bool {
        match self {
            Self::Cluster => true,
            Self::Object { namespace, name } => {
                view.meta().namespace == *namespace && view.meta().name == *name
            }
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
    /// The recording holds an error, or no answer.
    #[error("{0}")]
    Recorded(String),
    /// The files hold no object of the kind, so that nothing is known of it.
    #[error("the files hold no {resource}")]
    NotInFiles {
        /// The resource.
        resource: String,
    },
}

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
    /// The shared store of the objects of a view's kind. A kind that is not served has no objects.
    pub fn store<V: View>(&self, scope: &Scope) -> Arc<Store<V>> {
        match self {
            Self::Live(live) => live.store(scope),
            Self::Recorded(recording) => Arc::new(Store::fixed(match recording.any(scope) {
                Ok(objects) => Snapshot::Ready(
                    objects.into_iter().map(|object| (store::key(&*object), object)).collect(),
                ),
                Err(error) => Snapshot::Failed(Arc::new(ReadError::Recorded(chain(&error)))),
            })),
            Self::Files(manifests) => Arc::new(manifests.store(scope)),
        }
    }

    /// The client of a cluster; a recording has none.
    pub(crate) fn client(&self) -> Option<kube::Client> {
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

    /// Whether objects can still change, so that waiting makes sense.
    pub fn is_patient(&self) -> bool {
        match self {
            Self::Live(live) => live.is_patient(),
            Self::Recorded(_) | Self::Files(_) => false,
        }
    }
}

/// The view of an object, without what is secret in it.
fn view_of<V: View>(object: serde_json::Value) -> Result<V, serde_json::Error> {
    V::from_object(object).and_then(redact::whole).map_err(without_value)
}

/// The error without the value that did not fit: where it stands instead of something else, nothing tells what it is.
fn without_value(error: serde_json::Error) -> serde_json::Error {
    let text = error.to_string();
    match (text.find("string \""), text.rfind("\", expected")) {
        (Some(from), Some(until)) if from < until => {
            let told = format!("{}string {}{}", &text[..from], redact::MARK, &text[until + 1..]);
            serde::de::Error::custom(told)
        }
        _ => error,
    }
}
