//! A connection to one broker: sends requests, and receives their responses.
//!
//! The decoder allocates memory for as many elements as a response announces, so that the count of the first response,
//! which tells whether the server speaks Kafka at all, is held against the bytes that came. A response also has to repeat
//! the correlation id of its request.

use crate::ended::Ending;
use crate::layer::Layer;
use crate::recorder::TranscriptRecorder;
use crate::stream::RecordedStream;
use crate::transcript::kafka::KafkaStep;
use bytes::{BufMut as _, Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, ApiVersionsResponse, RequestHeader, ResponseHeader};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion, StrBytes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const CLIENT_ID: &str = "meshproof-probe";
/// The bytes in front of each message that hold its length.
const LENGTH_BYTES: usize = 4;
const MAX_RESPONSE: usize = 16 << 20;
/// The correlation ids count up from here. The number is no text that another protocol would begin with.
const CORRELATION_BASE: i32 = 0x6d70_0000;

/// A request.
pub(crate) struct KafkaRequest<'a, B> {
    /// Its API.
    pub(crate) api: ApiKey,
    /// The version of the API in which it is sent.
    pub(crate) version: i16,
    /// Its body.
    pub(crate) body: &'a B,
}

/// A connection to a broker.
pub(crate) struct BrokerConnection {
    stream: RecordedStream,
    /// The id of the last request.
    correlation: i32,
    /// The APIs that the broker serves: key, lowest and highest version. Empty until the broker has told them.
    served: Vec<(i16, i16, i16)>,
}

impl BrokerConnection {
    /// A connection on which nothing was sent.
    pub(crate) fn new(stream: RecordedStream) -> Self {
        Self { stream, correlation: CORRELATION_BASE, served: Vec::new() }
    }

    /// Sets the APIs that the broker serves, after which no other is requested.
    pub(crate) fn set_served(&mut self, versions: &ApiVersionsResponse) {
        let keys = versions.api_keys.iter();
        self.served = keys.map(|key| (key.api_key, key.min_version, key.max_version)).collect();
    }

    /// Sends a request and waits for its response. The transcript holds the request from when it is sent.
    pub(crate) async fn send<B, R>(
        &mut self,
        request: KafkaRequest<'_, B>,
        recorder: &mut TranscriptRecorder,
    ) -> Result<R, Ending>
    where
        B: Encodable + HeaderVersion,
        R: Decodable + HeaderVersion,
    {
        self.check_served(&request)?;
        let step = KafkaStep {
            api: format!("{:?}", request.api),
            version: request.version,
            span: recorder.begin(),
            code: None,
            error: None,
            detail: None,
        };
        recorder.kafka().steps.push(step);
        self.correlation += 1;
        let frame = self.encode(&request).map_err(Ending::not_sent)?;
        recorder.layer = Layer::Request;
        // The tap records a write that fails. What the broker sent before is still to be received.
        let _ = self.stream.write_all(&frame).await;
        let _ = self.stream.flush().await;
        let body = self.receive(recorder).await?;
        let decoded = catch_unwind(AssertUnwindSafe(|| self.decode::<R>(body, request.api, request.version)));
        let now = recorder.now_us();
        if let Some(step) = recorder.kafka().steps.last_mut() {
            step.span.until_us = Some(now);
        }
        decoded
            .unwrap_or_else(|_| Err("the answer cannot be read".to_owned()))
            .map_err(|reason| Ending::protocol(Layer::Response, reason))
    }

    /// An error if the broker has told that it does not serve the API in this version.
    fn check_served<B>(&self, request: &KafkaRequest<'_, B>) -> Result<(), Ending> {
        let KafkaRequest { api, version, .. } = request;
        let Some((_, min, max)) = self.served.iter().find(|(key, ..)| *key == *api as i16) else {
            return Ok(());
        };
        if (*min..=*max).contains(version) {
            return Ok(());
        }
        let reason = format!("the broker serves {api:?} in versions {min} to {max}, not {version}");
        Err(Ending::protocol(Layer::Response, reason))
    }

    fn encode<B: Encodable + HeaderVersion>(
        &self,
        request: &KafkaRequest<'_, B>,
    ) -> Result<BytesMut, String> {
        let header = RequestHeader::default()
            .with_request_api_key(request.api as i16)
            .with_request_api_version(request.version)
            .with_correlation_id(self.correlation)
            .with_client_id(Some(StrBytes::from_static_str(CLIENT_ID)));
        let mut message = BytesMut::new();
        let header_version = B::header_version(request.version);
        header.encode(&mut message, header_version).map_err(|error| error.to_string())?;
        request.body.encode(&mut message, request.version).map_err(|error| error.to_string())?;
        let mut frame = BytesMut::with_capacity(LENGTH_BYTES + message.len());
        frame.put_i32(i32::try_from(message.len()).map_err(|_| "the request is too large".to_owned())?);
        frame.extend_from_slice(&message);
        Ok(frame)
    }

    /// Receives a message, without the length in front of it.
    async fn receive(&mut self, recorder: &mut TranscriptRecorder) -> Result<Bytes, Ending> {
        let mut received = BytesMut::new();
        let mut wanted = LENGTH_BYTES;
        while received.len() < wanted {
            match self.stream.read_buf(&mut received).await {
                Ok(count) if count > 0 => recorder.layer = Layer::Response,
                Ok(_) => return Err(recorder.ending("the answer is cut off")),
                Err(error) => return Err(recorder.ending(error)),
            }
            if let Some(length) = received.first_chunk::<LENGTH_BYTES>() {
                let length = usize::try_from(i32::from_be_bytes(*length)).ok();
                wanted = length
                    .filter(|length| *length <= MAX_RESPONSE)
                    .map(|length| length + LENGTH_BYTES)
                    .ok_or_else(|| Ending::protocol(Layer::Response, "the answer has no length of Kafka"))?;
            }
        }
        // Nothing follows the response, since requests are sent one at a time.
        Ok(received.split_to(wanted).split_off(LENGTH_BYTES).freeze())
    }

    fn decode<R: Decodable + HeaderVersion>(
        &self,
        mut body: Bytes,
        api: ApiKey,
        version: i16,
    ) -> Result<R, String> {
        // In each version of the header, the correlation id comes first.
        let correlation = body.get(..4).and_then(|first| first.try_into().ok()).map(i32::from_be_bytes);
        if correlation != Some(self.correlation) {
            return Err("the answer is to another request".to_owned());
        }
        ResponseHeader::decode(&mut body, R::header_version(version)).map_err(|error| error.to_string())?;
        if api == ApiKey::ApiVersions && announced_versions(&body, version) > body.len() {
            return Err("the answer announces more than it holds".to_owned());
        }
        R::decode(&mut body, version).map_err(|error| error.to_string())
    }
}

/// How many API versions a response announces: behind the error code, in four bytes or, since version 3, as a varint.
fn announced_versions(body: &[u8], version: i16) -> usize {
    let count = body.get(2..).unwrap_or_default();
    if version < 3 {
        let count = count.first_chunk().map(|count| i32::from_be_bytes(*count));
        return count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
    }
    // The decoder takes five bytes as a whole number even if the fifth says that more follow.
    let count = count.get(..5).unwrap_or(count);
    let is_last = |byte: &u8| byte & 0x80 == 0;
    let length = count.iter().position(is_last).map_or(count.len(), |last| last + 1);
    let digits = count[..length].iter().rev();
    digits.fold(0, |sum, byte| (sum << 7) | usize::from(byte & 0x7f)).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::fixed(2, &[0, 0, 0, 0, 0, 7], 7)]
    #[case::negative(2, &[0, 0, 0xff, 0xff, 0xff, 0xff], 0)]
    #[case::varint(3, &[0, 0, 8], 7)]
    #[case::long_varint(3, &[0, 0, 0x81, 0x01], 128)]
    #[case::huge(3, &[0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f], u32::MAX as usize - 1)]
    #[case::endless(3, &[0, 0, 0xff, 0xff, 0xff, 0xff, 0x8f, 0xff], u32::MAX as usize - 1)]
    #[case::none(3, &[0, 0, 0], 0)]
    #[case::cut(3, &[0], 0)]
    fn count_is_read_as_the_decoder_reads_it(
        #[case] version: i16,
        #[case] body: &[u8],
        #[case] count: usize,
    ) {
        assert_eq!(announced_versions(body, version), count);
    }
}
