//! Sends what it is ordered to over a network, and tells what came back, layer by layer.
//!
//! An [`Order`] says what to send and where. A [`Transcript`] holds what was seen of it: names, connections, TLS, the
//! request, the answer, and how it ended. A refusal is judged by its manner, so the transcript keeps apart what most
//! clients merge: a reset from a close, a close from an alert, an alert of the other side from a certificate that this
//! side refused. It knows networks and nothing of clusters: the same library is the probe's client inside one and the
//! harness itself outside.
//!
//! [`observe`] never fails and never panics: whatever the other side does is a transcript.

mod batch;
mod certificate;
mod connect;
mod ended;
mod exchange;
mod kafka;
mod observe;
mod order;
mod recorder;
mod resolve;
pub mod roles;
mod secret;
mod tap;
mod tls;
mod transcript;
mod verify;

pub use batch::{Batch, Turns};
pub use certificate::PeerCertificate;
pub use ended::{Ended, Layer};
pub use observe::{observe, observe_on};
pub use order::{
    BytesOrder, ClientCertificate, ExchangeOrder, ExpectedName, HttpOrder, HttpVersion, KafkaOrder,
    KafkaUntil, ORDER_VERSION, Order, Payload, Roots, Scram, TlsOrder, TlsVersion, To,
};
pub use secret::Secret;
pub use tap::Traffic;
pub use transcript::{
    Alert, Attempt, AttemptOutcome, Broker, Chain, Connection, Exchange, HttpAnswer, KafkaAnswer, KafkaStep,
    Name, Resolution, ResolvedBy, Sample, Side, Span, TRANSCRIPT_VERSION, TlsRecord, Transcript,
    Verification,
};
