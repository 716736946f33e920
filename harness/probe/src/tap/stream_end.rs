//! The end of a stream, as a tap met it.

use std::io;

/// What ended a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StreamEnd {
    /// It was closed (FIN), or TLS was (close_notify).
    Closed,
    /// It was reset (RST).
    Reset,
    /// The other side sent a TLS alert.
    Alert(u8),
    /// Another error, in words.
    Failed(String),
}

impl StreamEnd {
    /// The end that an error of a read or write tells of.
    pub(crate) fn of_error(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (tls, error.kind()) {
            (Some(rustls::Error::AlertReceived(alert)), _) => Self::Alert(u8::from(*alert)),
            (Some(other), _) => Self::Failed(other.to_string()),
            (None, io::ErrorKind::ConnectionReset) => Self::Reset,
            // A write after the other side closed; and how rustls reports a close without close_notify.
            (None, io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof) => Self::Closed,
            (None, _) => Self::Failed(error.to_string()),
        }
    }
}
