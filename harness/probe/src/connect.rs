//! A TCP connection to the first address that takes one.

use crate::recorder::Recorder;
use crate::resolve::resolve;
use crate::tap::Tap;
use crate::transcript::{Attempt, AttemptOutcome};
use crate::{Ended, Layer, Order, To};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection, with or without TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection that is recorded.
pub(crate) type Line = Box<dyn Stream>;

/// Dials a host: looks its name up, and tries one address after the other.
pub(crate) async fn dial(to: &To, order: &Order, recorder: &mut Recorder) -> Result<Line, Ended> {
    recorder.open(format!("{}:{}", to.host, to.port));
    let addresses = resolve(&to.host, order, recorder).await?;
    recorder.layer = Layer::Connect;
    let mut ended = Ended::Refused;
    for address in addresses {
        match attempt(SocketAddr::new(address, to.port), recorder).await {
            Ok(stream) => return Ok(tapped(stream, recorder)),
            Err(why) => ended = why,
        }
    }
    Err(ended)
}

/// A stream whose bytes are recorded as those of the socket.
pub(crate) fn tapped(stream: impl Stream + 'static, recorder: &mut Recorder) -> Line {
    let (tap, watch) = Tap::new(stream);
    recorder.watch_raw(watch);
    Box::new(tap)
}

async fn attempt(address: SocketAddr, recorder: &mut Recorder) -> Result<TcpStream, Ended> {
    // What it says if the deadline comes first.
    let begun = Attempt { address, local: None, span: recorder.begin(), outcome: AttemptOutcome::TimedOut };
    recorder.connection().attempts.push(begun.clone());
    let result = TcpStream::connect(address).await;
    let mut attempt = begun;
    recorder.end(&mut attempt.span);
    let result = match result {
        Ok(stream) => {
            // Small writes go out at once; where that is refused they go out later.
            let _ = stream.set_nodelay(true);
            attempt.local = stream.local_addr().ok();
            attempt.outcome = AttemptOutcome::Connected;
            Ok(stream)
        }
        Err(error) => {
            let (outcome, ended) = failure(&error);
            attempt.outcome = outcome;
            Err(ended)
        }
    };
    recorder.connection().attempts.pop();
    recorder.connection().attempts.push(attempt);
    result
}

fn failure(error: &io::Error) -> (AttemptOutcome, Ended) {
    let reason = error.to_string();
    let layer = Layer::Connect;
    match error.kind() {
        ErrorKind::ConnectionRefused => (AttemptOutcome::Refused, Ended::Refused),
        ErrorKind::TimedOut => (AttemptOutcome::TimedOut, Ended::Timeout { layer }),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            (AttemptOutcome::Unreachable(reason.clone()), Ended::Unreachable { reason })
        }
        ErrorKind::ConnectionReset => {
            (AttemptOutcome::Failed(reason), Ended::Reset { layer, after_bytes: 0 })
        }
        _ => (AttemptOutcome::Failed(reason.clone()), Ended::Unreachable { reason }),
    }
}
