//! Certificates: a root, the wildcard certificate of the external Gateway and that of Kafka, and flawed ones for faults.
//!
//! They are made once for a cluster and kept, so that a second installation changes nothing and a `root.crt` that a person
//! trusts stays valid. A leaf whose name differs, or which expires soon, is replaced by one of the same root.

mod authority;
pub mod certificates;
pub mod error;
mod flawed_certificate;

pub use certificates::Pki;
pub use error::PkiError;
pub use flawed_certificate::{CertificateFlaws, CertificateIssuer, IssuedCertificate, issue_flawed};
