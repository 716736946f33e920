//! The answer to the question whether an object is there: it is, it is not, or nobody knows.

use std::sync::Arc;

/// Whether an object is there.
#[derive(Debug)]
pub enum Lookup<V> {
    /// It is there.
    There(Arc<V>),
    /// It is not there.
    NotThere,
    /// Nobody knows: what is missing to know it.
    NotKnown(String),
}

impl<V> Lookup<V> {
    /// The object, where it is there.
    pub fn found(&self) -> Option<&Arc<V>> {
        match self {
            Self::There(object) => Some(object),
            Self::NotThere | Self::NotKnown(_) => None,
        }
    }

    /// What is missing to know whether it is there; nothing where that is known.
    pub fn missing(&self) -> Option<String> {
        match self {
            Self::NotKnown(missing) => Some(missing.clone()),
            Self::There(_) | Self::NotThere => None,
        }
    }
}
