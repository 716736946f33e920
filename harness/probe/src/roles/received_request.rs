//! A request as the server received it: what it answers with, and keeps for a while.

use crate::transcript::byte_sample::ByteSample;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// More requests are not kept: the oldest is forgotten.
const MAX_REQUESTS: usize = 512;

/// A request as the server received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedRequest {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The address of the sender: of the nearest proxy, if there is one.
    pub remote: SocketAddr,
    /// When its head was received.
    pub at: jiff::Timestamp,
    /// Its body.
    pub body: ByteSample,
    /// The variables that identify the server, such as `POD_NAME`.
    pub identity: BTreeMap<String, String>,
}

impl ReceivedRequest {
    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The last requests, in the order in which they were received. They are asked for where somebody else sent them: an
/// event, for example.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecentRequests(Arc<Mutex<VecDeque<ReceivedRequest>>>);

impl RecentRequests {
    /// Adds a request.
    pub(crate) fn add(&self, request: ReceivedRequest) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_REQUESTS {
            all.pop_front();
        }
        all.push_back(request);
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<ReceivedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
