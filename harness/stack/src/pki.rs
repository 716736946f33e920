//! Certificates: a root of our own, the wildcard certificate of the external Gateway, and the one of Kafka.
//!
//! They are made once for a cluster and kept, so that a second installation changes nothing and `curl --cacert root.crt`
//! of yesterday works today. A leaf whose names differ, or which ends soon, is made anew by the same root.

pub mod certificates;
pub mod error;
mod issue;
mod wrong;

pub use certificates::Pki;
pub use error::PkiError;
pub use wrong::{Issuer, Order, make};
