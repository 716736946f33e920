//! What a server received: its answer, and what it remembers.

use crate::transcript::Sample;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

const REMEMBERED: usize = 512;

/// A request as the server received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// Who sent it: the nearest proxy, if there is one.
    pub remote: SocketAddr,
    /// When its head had come.
    pub at: jiff::Timestamp,
    /// Its body.
    pub body: ReceivedBody,
    /// Who the server is.
    pub identity: BTreeMap<String, String>,
}

/// The body of a request.
pub type ReceivedBody = Sample;

impl Received {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The last requests, for those whose sender is not the one who asks: an event's, for example.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<VecDeque<Received>>>);

impl Memory {
    pub(crate) fn add(&self, received: Received) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.pop_front();
        }
        all.push_back(received);
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
