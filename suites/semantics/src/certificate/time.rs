//! The times of certificates.

use jiff::Timestamp;
use x509_parser::prelude::ASN1Time;

/// A time of a certificate; one that is beyond all clocks is their last second.
pub fn timestamp(time: &ASN1Time) -> Timestamp {
    Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX)
}

/// A time to the second.
pub fn format_second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
