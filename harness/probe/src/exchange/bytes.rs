//! Bytes of any protocol: sends some or none, and listens.

use crate::ended::Ending;
use crate::exchange::payload::decode_payload;
use crate::layer::Layer;
use crate::order::bytes::BytesOrder;
use crate::recorder::TranscriptRecorder;
use crate::stream::RecordedStream;
use crate::transcript::byte_sample::ByteSample;
use crate::transcript::exchange::ExchangeAnswer;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout_at};

/// More bytes are not waited for.
const MAX_BYTES: u64 = 1 << 20;

/// Sends the bytes of an order, and receives until its answer is complete or its time to listen is over.
pub(crate) async fn exchange(
    mut stream: RecordedStream,
    order: &BytesOrder,
    recorder: &mut TranscriptRecorder,
) -> Result<Ending, Ending> {
    recorder.layer = Layer::Request;
    let bytes = decode_payload(&order.send).map_err(Ending::not_sent)?;
    // The tap records a write that fails. What the other side sent before is still to be received.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.flush().await;
    let until = Instant::now() + Duration::from_millis(order.listen_ms);
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    let want = order.want_bytes.min(MAX_BYTES);
    while (received.len() as u64) < want {
        let count = match timeout_at(until, stream.read(&mut chunk)).await {
            Err(_) => break,
            Ok(Ok(count)) if count > 0 => count,
            Ok(_) => return Err(recorder.ending("no more bytes")),
        };
        recorder.layer = Layer::Response;
        received.extend_from_slice(&chunk[..count]);
        recorder.exchange = Some(ExchangeAnswer::Bytes(ByteSample::of_bytes(&received, recorder.keep_bytes)));
    }
    Ok(if received.is_empty() && want > 0 { Ending::Silent } else { Ending::Answered })
}
