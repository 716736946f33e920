//! Streams of bytes: what an order is carried out over, and what it is recorded on.

use tokio::io::{AsyncRead, AsyncWrite};

/// A stream of bytes in both directions, such as a TCP connection, TLS over one, or a port-forward.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Duplex for S {}

/// A stream whose bytes and end are recorded.
pub(crate) type RecordedStream = Box<dyn Duplex>;
