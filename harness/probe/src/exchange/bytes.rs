//! Any bytes: sends some or none, and listens.

use crate::connect::Line;
use crate::exchange::payload;
use crate::recorder::Recorder;
use crate::transcript::{Exchange, Sample};
use crate::{BytesOrder, Ended, Layer};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout_at};

const MOST: u64 = 1 << 20;

pub(crate) async fn exchange(
    mut line: Line,
    order: &BytesOrder,
    recorder: &mut Recorder,
) -> Result<Ended, Ended> {
    recorder.layer = Layer::Request;
    let send = payload(&order.send).map_err(Ended::not_sent)?;
    // A failing write is in the tap, and what came before it is still to be read.
    let _ = line.write_all(&send).await;
    let _ = line.flush().await;
    let until = Instant::now() + Duration::from_millis(order.listen_ms);
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    let want = order.want_bytes.min(MOST);
    while (received.len() as u64) < want {
        let count = match timeout_at(until, line.read(&mut chunk)).await {
            Err(_) => break,
            Ok(Ok(count)) if count > 0 => count,
            Ok(_) => return Err(recorder.ending("no more bytes")),
        };
        recorder.layer = Layer::Response;
        received.extend_from_slice(&chunk[..count]);
        recorder.exchange = Some(Exchange::Bytes(Sample::of(&received, recorder.keep_bytes)));
    }
    Ok(if received.is_empty() && want > 0 { Ended::Silent } else { Ended::Answered })
}
