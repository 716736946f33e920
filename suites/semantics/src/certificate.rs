//! Certificate chains, and what a strict client refuses of them.
//!
//! Judged is what rustls, Go and Java refuse, not what some tools let pass: names are read from the subject alternative
//! names only, and a certificate that was issued by itself is no server certificate.

pub mod chain;
pub mod chain_flaw;
pub mod leaf;
pub mod pem;
pub mod time;
