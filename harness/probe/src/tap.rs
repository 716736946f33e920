//! A tap: a stream that logs the bytes that pass through it, and what ends it.
//!
//! One lies at the socket and one inside TLS. Protocol libraries report a broken connection in many ways, and
//! sometimes only their own failed write; the taps saw the bytes and the first error. A write that fails is logged
//! and reported as successful, so that what the other side sent before is still read.

pub(crate) mod log;
pub(crate) mod stream_end;

use crate::tap::log::TapLog;
use crate::tap::stream_end::StreamEnd;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// See the module text.
pub(crate) struct Tap<S> {
    stream: S,
    log: TapLog,
}

impl<S> Tap<S> {
    /// A tap on a stream, and its log.
    pub(crate) fn new(stream: S) -> (Self, TapLog) {
        let log = TapLog::default();
        (Self { stream, log: log.clone() }, log)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let filled = buf.filled().len();
        let has_room = buf.remaining() > 0;
        let result = ready!(Pin::new(&mut self.stream).poll_read(cx, buf));
        let received = buf.filled().get(filled..).unwrap_or_default();
        match &result {
            Ok(()) if !received.is_empty() => self.log.add_received(received),
            Ok(()) if has_room => self.log.end_reads(StreamEnd::Closed),
            Ok(()) => {}
            Err(error) => self.log.end_reads(StreamEnd::of_error(error)),
        }
        Poll::Ready(result)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.log.has_write_ended() {
            return Poll::Ready(Ok(buf.len()));
        }
        match ready!(Pin::new(&mut self.stream).poll_write(cx, buf)) {
            Ok(sent) => {
                self.log.add_sent(sent);
                Poll::Ready(Ok(sent))
            }
            Err(error) => {
                self.log.end_writes(StreamEnd::of_error(&error));
                Poll::Ready(Ok(buf.len()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.log.has_write_ended() {
            return Poll::Ready(Ok(()));
        }
        if let Err(error) = ready!(Pin::new(&mut self.stream).poll_flush(cx)) {
            self.log.end_writes(StreamEnd::of_error(&error));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
