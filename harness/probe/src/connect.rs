//! The TCP connection: to the first address that accepts it.

use crate::ended::Ending;
use crate::layer::Layer;
use crate::order::Order;
use crate::order::destination::Destination;
use crate::recorder::TranscriptRecorder;
use crate::resolve::resolve;
use crate::stream::{Duplex, RecordedStream};
use crate::tap::Tap;
use crate::transcript::connection::{ConnectAttempt, ConnectOutcome};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Resolves the host of a destination, and tries its addresses one after the other.
pub(crate) async fn dial(
    destination: &Destination,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<RecordedStream, Ending> {
    recorder.open(format!("{}:{}", destination.host, destination.port));
    let addresses = resolve(&destination.host, order, recorder).await?;
    recorder.layer = Layer::Connect;
    let mut ended = Ending::Refused;
    for address in addresses {
        match attempt(SocketAddr::new(address, destination.port), recorder).await {
            Ok(stream) => return Ok(record_stream(stream, recorder)),
            Err(failed) => ended = failed,
        }
    }
    Err(ended)
}

/// Records the bytes of a stream as those of the socket.
pub(crate) fn record_stream(stream: impl Duplex, recorder: &mut TranscriptRecorder) -> RecordedStream {
    let (tap, log) = Tap::new(stream);
    recorder.set_raw_log(log);
    Box::new(tap)
}

async fn attempt(address: SocketAddr, recorder: &mut TranscriptRecorder) -> Result<TcpStream, Ending> {
    // Recorded first: if the deadline is reached, it stays as it is here.
    let mut attempt =
        ConnectAttempt { address, local: None, span: recorder.begin(), outcome: ConnectOutcome::TimedOut };
    recorder.connection().attempts.push(attempt.clone());
    let result = TcpStream::connect(address).await;
    recorder.end(&mut attempt.span);
    let result = match result {
        Ok(stream) => {
            // Sends small writes at once. Where it is refused they are only delayed.
            let _ = stream.set_nodelay(true);
            attempt.local = stream.local_addr().ok();
            attempt.outcome = ConnectOutcome::Connected;
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

fn failure(error: &io::Error) -> (ConnectOutcome, Ending) {
    let reason = error.to_string();
    let layer = Layer::Connect;
    match error.kind() {
        ErrorKind::ConnectionRefused => (ConnectOutcome::Refused, Ending::Refused),
        ErrorKind::TimedOut => (ConnectOutcome::TimedOut, Ending::Timeout { layer }),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            (ConnectOutcome::Unreachable(reason.clone()), Ending::Unreachable { reason })
        }
        ErrorKind::ConnectionReset => {
            (ConnectOutcome::Failed(reason), Ending::Reset { layer, after_bytes: 0 })
        }
        _ => (ConnectOutcome::Failed(reason.clone()), Ending::Unreachable { reason }),
    }
}
