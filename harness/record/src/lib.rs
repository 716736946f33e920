//! What is kept of a run, to be judged again: views of objects, observations, journals, recordings, bundles.
//!
//! A check sees the world only through its context. Each question that it asks there and the answer that it gets is an
//! observation; the observations of all checks of a run are a [`Recording`], on which the same judgement gives the same
//! verdict without the cluster. Secrets are taken out of an answer before the check sees it, so that nothing is judged
//! that is not kept.

pub mod answer;
pub mod attachment;
pub mod bundle;
pub mod content_store;
mod document_format;
pub mod erased;
#[cfg(any(test, feature = "example"))]
pub mod example;
pub mod exchange;
pub mod fault_recordings;
pub mod header;
pub mod insertion;
pub mod journal;
pub mod observation;
mod observation_document;
pub mod player;
pub mod recorder;
pub mod recording;
pub mod recording_document;
pub mod recording_error;
pub mod scope;
pub mod served;
mod used;
mod version_1;

pub use answer::{CheckRecording, Observation, RecordedAnswer};
pub use attachment::Attachment;
pub use content_store::ContentStore;
pub use erased::{ErasedObjects, ErasedView};
pub use exchange::{Exchange, Position, pod_of_position};
pub use fault_recordings::FaultRecordings;
pub use header::{RecordingHeader, RunConditions, check_digests, recorded_inputs};
pub use insertion::Insertion;
pub use observation::{Interaction, LiveAnswer, Observations, ObservedKind};
pub use player::RecordingPlayer;
pub use recorder::ObservationRecorder;
pub use recording::{RecordedObjectChange, Recording};
pub use recording_document::RecordingDocument;
pub use recording_error::RecordingError;
pub use scope::Scope;
pub use served::ServedKinds;
