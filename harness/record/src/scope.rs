//! Which objects of a kind are meant.

use std::fmt;
use vocabulary::{ObjectKind, View};

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
