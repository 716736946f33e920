//! Why an order could not be carried out, or a log could not be read.

use crate::place_error::PlaceError;
use cluster::answer::ApiServerError;
use std::sync::Arc;
use thiserror::Error;

/// An order could not be carried out, or a log could not be read. What a network does is a transcript, never this error.
#[derive(Debug, Error)]
pub enum TrafficError {
    /// The place from which it is sent could not be made.
    #[error("the place `{place}` could not be made")]
    Place {
        /// The place.
        place: &'static str,
        /// Why.
        #[source]
        source: Arc<PlaceError>,
    },
    /// The place has no probe pod.
    #[error("the place `{0}` has no probe")]
    NoProbe(&'static str),
    /// The API server did not forward to the pod.
    #[error("could not reach port {port} of pod {pod} through the API server")]
    Forward {
        /// The pod, with its namespace.
        pod: String,
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// The API server cut the connection to a pod: nothing tells what the pod would have answered.
    #[error("the API server cut the connection to port {port} of pod {pod}: {observed}")]
    ForwardingCut {
        /// The pod, with its namespace.
        pod: String,
        /// The port.
        port: u16,
        /// How.
        observed: String,
    },
    /// The probe did not respond with a transcript for each order.
    #[error("expected: transcripts from the probe in pod {pod}, observed: {observed}")]
    Probe {
        /// The pod, with its namespace.
        pod: String,
        /// Its response.
        observed: String,
    },
    /// A log could not be read.
    #[error("could not read the log of pod {pod}")]
    Log {
        /// The pod, with its namespace.
        pod: String,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// A log could not be read before there was no more time.
    #[error("could not read the log of pod {pod}: {failure}")]
    LogUnanswered {
        /// The pod, with its namespace.
        pod: String,
        /// How the last request for it failed.
        failure: String,
    },
    /// A line of a log is too long to be looked at.
    #[error("a line in the log of pod {pod} has more than {limit} bytes")]
    LongLine {
        /// The pod, with its namespace.
        pod: String,
        /// How many bytes a line may have.
        limit: usize,
    },
}
