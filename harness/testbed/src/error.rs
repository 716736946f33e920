//! Why an order could not be given, or a log not be read.

use crate::place::PlaceError;
use std::sync::Arc;
use thiserror::Error;

/// An order could not be given, or a log not be read. What a network does is never an error but a transcript.
#[derive(Debug, Error)]
pub enum TrafficError {
    /// The place from which it is sent is not there.
    #[error("the place `{place}` could not be made")]
    Place {
        /// The place.
        place: &'static str,
        /// Why.
        #[source]
        source: Arc<PlaceError>,
    },
    /// The place has no pod that sends.
    #[error("the place `{0}` has no probe")]
    NoProbe(&'static str),
    /// The API server does not forward to the pod.
    #[error("could not reach port {port} of pod {pod} through the API server")]
    Forward {
        /// The pod, with its namespace.
        pod: String,
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
    /// The probe did not answer with transcripts.
    #[error("expected: transcripts from the probe in pod {pod}, observed: {observed}")]
    Probe {
        /// The pod, with its namespace.
        pod: String,
        /// What it answered.
        observed: String,
    },
    /// A log could not be read.
    #[error("could not read the log of pod {pod}")]
    Log {
        /// The pod, with its namespace.
        pod: String,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
}
