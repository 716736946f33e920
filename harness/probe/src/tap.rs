//! A stream that remembers what went through it and what ended it.
//!
//! One lies at the socket and one inside TLS. Protocol libraries tell of a broken connection in many ways, and sometimes
//! of their own failing write only; the taps saw the bytes and the first error themselves. A write that fails is
//! remembered and taken as done, so that what the other side had said before it left is still read.

use serde::{Deserialize, Serialize};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const HEAD: usize = 64;

/// Bytes in both directions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// How many were sent.
    pub sent: u64,
    /// When the last of them were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent_us: Option<u64>,
    /// How many came.
    pub received: u64,
    /// When the first of them did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_received_us: Option<u64>,
    /// The first of them, escaped as in a byte string of Rust.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head: String,
}

/// What ended a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The end of the stream, in order.
    Closed,
    /// A reset.
    Reset,
    /// An alert of the other side.
    Alert(u8),
    /// Another error.
    Failed(String),
}

impl Cut {
    pub(crate) fn of(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (tls, error.kind()) {
            (Some(rustls::Error::AlertReceived(alert)), _) => Self::Alert(u8::from(*alert)),
            (Some(other), _) => Self::Failed(other.to_string()),
            (None, io::ErrorKind::ConnectionReset) => Self::Reset,
            // A write after the other side closed in order; and what rustls says of a close without its notice.
            (None, io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof) => Self::Closed,
            (None, _) => Self::Failed(error.to_string()),
        }
    }
}

#[derive(Debug, Default)]
struct Seen {
    sent: u64,
    last_sent: Option<Instant>,
    received: u64,
    first_received: Option<Instant>,
    head: Vec<u8>,
    read_cut: Option<Cut>,
    write_cut: Option<Cut>,
}

/// What a tap saw, readable while it is in use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What ended the stream. A reset that a write met counts: the read after it only says that there is no more.
    pub(crate) fn cut(&self) -> Option<Cut> {
        let seen = self.seen();
        match (&seen.read_cut, &seen.write_cut) {
            (None | Some(Cut::Closed), Some(Cut::Reset)) => Some(Cut::Reset),
            (None, other) => other.clone(),
            (some, _) => some.clone(),
        }
    }

    pub(crate) fn received(&self) -> u64 {
        self.seen().received
    }

    pub(crate) fn traffic(&self, begun: Instant) -> Traffic {
        let seen = self.seen();
        Traffic {
            sent: seen.sent,
            last_sent_us: seen.last_sent.map(|at| micros(begun, at)),
            received: seen.received,
            first_received_us: seen.first_received.map(|at| micros(begun, at)),
            head: seen.head.escape_ascii().to_string(),
        }
    }
}

pub(crate) fn micros(begun: Instant, at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(begun).as_micros()).unwrap_or(u64::MAX)
}

/// The stream.
pub(crate) struct Tap<S> {
    stream: S,
    watch: Watch,
}

impl<S> Tap<S> {
    pub(crate) fn new(stream: S) -> (Self, Watch) {
        let watch = Watch::default();
        (Self { stream, watch: watch.clone() }, watch)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let has_room = buf.remaining() > 0;
        let result = ready!(Pin::new(&mut self.stream).poll_read(cx, buf));
        let mut seen = self.watch.seen();
        let new = buf.filled().get(before..).unwrap_or_default();
        match &result {
            Ok(()) if new.is_empty() && has_room => {
                seen.read_cut.get_or_insert(Cut::Closed);
            }
            Ok(()) if !new.is_empty() => {
                seen.received += new.len() as u64;
                seen.first_received.get_or_insert_with(Instant::now);
                let room = HEAD - seen.head.len();
                seen.head.extend_from_slice(&new[..new.len().min(room)]);
            }
            Ok(()) => {}
            Err(error) => {
                seen.read_cut.get_or_insert(Cut::of(error));
            }
        }
        Poll::Ready(result)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.watch.seen().write_cut.is_some() {
            return Poll::Ready(Ok(buf.len()));
        }
        let result = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        let mut seen = self.watch.seen();
        match result {
            Ok(written) => {
                seen.sent += written as u64;
                seen.last_sent = Some(Instant::now());
                Poll::Ready(Ok(written))
            }
            Err(error) => {
                seen.write_cut = Some(Cut::of(&error));
                Poll::Ready(Ok(buf.len()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.watch.seen().write_cut.is_some() {
            return Poll::Ready(Ok(()));
        }
        if let Err(error) = ready!(Pin::new(&mut self.stream).poll_flush(cx)) {
            self.watch.seen().write_cut = Some(Cut::of(&error));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
