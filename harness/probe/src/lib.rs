//! Carries out orders over a network, and returns transcripts of what was observed, layer by layer.
//!
//! An [`Order`] says what to send and where. A [`Transcript`] holds what was observed: the resolution of the name,
//! the connections, TLS, the response, and how it ended. A refusal is judged by its manner, so a transcript tells
//! apart what most clients report alike: a reset and a close, a close and a TLS alert, an alert of the server and a
//! certificate that this side does not trust. The crate knows networks, and nothing of clusters. It is the client in
//! the probe's pods, and the harness itself uses it from outside of the cluster.
//!
//! [`observe`] never fails: whatever the other side does is a transcript.

mod alert_name;
mod batch;
mod certificate;
mod connect;
mod digest;
mod ended;
mod exchange;
mod kafka;
mod layer;
mod observe;
mod order;
mod recorder;
mod resolve;
pub mod roles;
mod secret_text;
mod stream;
mod tap;
mod tls;
mod transcript;

pub use batch::{Batch, Concurrency};
pub use certificate::PeerCertificate;
pub use ended::Ending;
pub use layer::Layer;
pub use observe::{observe, observe_on};
pub use order::bytes::BytesOrder;
pub use order::destination::Destination;
pub use order::exchange::ExchangeOrder;
pub use order::http::{HttpOrder, HttpVersion};
pub use order::kafka::{KafkaGoal, KafkaOrder, ScramCredentials};
pub use order::payload::Payload;
pub use order::tls::{ClientCertificate, ExpectedName, Roots, TlsOrder, TlsVersion};
pub use order::{ORDER_VERSION, Order};
pub use secret_text::SecretText;
pub use stream::Duplex;
pub use transcript::byte_sample::ByteSample;
pub use transcript::connection::{ConnectAttempt, ConnectOutcome, Connection};
pub use transcript::exchange::{ExchangeAnswer, HttpAnswer};
pub use transcript::kafka::{KafkaAnswer, KafkaBroker, KafkaStep};
pub use transcript::resolution::{AddressSource, NameResolution};
pub use transcript::side::Side;
pub use transcript::time_span::TimeSpan;
pub use transcript::tls::{TlsAlert, TlsHandshake};
pub use transcript::traffic::StreamTraffic;
pub use transcript::verification::{CertificateVerification, ChainVerification, NameVerification};
pub use transcript::{TRANSCRIPT_VERSION, Transcript};
