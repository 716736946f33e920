//! Requests to one broker, and its answers.
//!
//! Caveat: the decoder reserves room for as many elements as an answer announces. An answer must carry the correlation id
//! of its request first, so that only a broken broker could abuse that, and no server that is not a broker at all.

use crate::connect::Line;
use crate::recorder::Recorder;
use crate::transcript::{KafkaAnswer, KafkaStep};
use crate::{Ended, Layer};
use bytes::{BufMut as _, Bytes, BytesMut};
use kafka_protocol::ResponseError;
use kafka_protocol::messages::{ApiKey, ApiVersionsResponse, RequestHeader, ResponseHeader};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion, StrBytes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const CLIENT: &str = "meshproof-probe";
const LENGTH: usize = 4;
const LARGEST_ANSWER: usize = 16 << 20;
const FIRST_CORRELATION: i32 = 0x6d70_0000;

/// A request, its API and the version in which it is sent.
pub(crate) struct Call<'a, Q> {
    pub(crate) api: ApiKey,
    pub(crate) version: i16,
    pub(crate) request: &'a Q,
}

/// A connection to a broker.
pub(crate) struct Wire {
    line: Line,
    correlation: i32,
    served: Vec<(i16, i16, i16)>,
}

impl Wire {
    pub(crate) fn new(line: Line) -> Self {
        Self { line, correlation: FIRST_CORRELATION, served: Vec::new() }
    }

    /// What the broker says that it serves.
    pub(crate) fn learn(&mut self, versions: &ApiVersionsResponse) {
        let keys = versions.api_keys.iter();
        self.served = keys.map(|key| (key.api_key, key.min_version, key.max_version)).collect();
    }

    /// Sends a request and waits for its answer. The step is in the transcript from when it is sent.
    pub(crate) async fn ask<Q, A>(&mut self, call: Call<'_, Q>, recorder: &mut Recorder) -> Result<A, Ended>
    where
        Q: Encodable + HeaderVersion,
        A: Decodable + HeaderVersion,
    {
        self.serves(&call)?;
        let begun = KafkaStep {
            api: format!("{:?}", call.api),
            version: call.version,
            span: recorder.begin(),
            code: None,
            error: None,
            detail: None,
        };
        answer(recorder).steps.push(begun);
        self.correlation += 1;
        let frame = self.encode(&call).map_err(Ended::not_sent)?;
        recorder.layer = Layer::Request;
        // A failing write is in the tap, and what came before it is still to be read.
        let _ = self.line.write_all(&frame).await;
        let _ = self.line.flush().await;
        let body = self.receive(recorder).await?;
        let decoded = catch_unwind(AssertUnwindSafe(|| self.decode::<A>(body, call.version)));
        let now = recorder.now_us();
        if let Some(step) = answer(recorder).steps.last_mut() {
            step.span.until_us = Some(now);
        }
        decoded
            .unwrap_or_else(|_| Err("the answer cannot be read".to_owned()))
            .map_err(|reason| Ended::protocol(Layer::Response, reason))
    }

    fn serves<Q>(&self, call: &Call<'_, Q>) -> Result<(), Ended> {
        let Some((_, min, max)) = self.served.iter().find(|(key, ..)| *key == call.api as i16) else {
            return Ok(());
        };
        if (*min..=*max).contains(&call.version) {
            return Ok(());
        }
        let Call { api, version, .. } = call;
        let reason = format!("the broker serves {api:?} in versions {min} to {max}, not {version}");
        Err(Ended::protocol(Layer::Response, reason))
    }

    fn encode<Q: Encodable + HeaderVersion>(&self, call: &Call<'_, Q>) -> Result<BytesMut, String> {
        let header = RequestHeader::default()
            .with_request_api_key(call.api as i16)
            .with_request_api_version(call.version)
            .with_correlation_id(self.correlation)
            .with_client_id(Some(StrBytes::from_static_str(CLIENT)));
        let mut body = BytesMut::new();
        header.encode(&mut body, Q::header_version(call.version)).map_err(|error| error.to_string())?;
        call.request.encode(&mut body, call.version).map_err(|error| error.to_string())?;
        let mut frame = BytesMut::with_capacity(LENGTH + body.len());
        frame.put_i32(i32::try_from(body.len()).map_err(|_| "the request is too large".to_owned())?);
        frame.extend_from_slice(&body);
        Ok(frame)
    }

    async fn receive(&mut self, recorder: &mut Recorder) -> Result<Bytes, Ended> {
        let mut received = BytesMut::new();
        let mut wanted = LENGTH;
        while received.len() < wanted {
            match self.line.read_buf(&mut received).await {
                Ok(count) if count > 0 => recorder.layer = Layer::Response,
                Ok(_) => return Err(recorder.ending("the answer is cut off")),
                Err(error) => return Err(recorder.ending(error)),
            }
            if let Some(length) = received.first_chunk::<LENGTH>() {
                let length = usize::try_from(i32::from_be_bytes(*length)).ok();
                wanted = length
                    .filter(|length| *length <= LARGEST_ANSWER)
                    .map(|length| length + LENGTH)
                    .ok_or_else(|| Ended::protocol(Layer::Response, "the answer has no length of Kafka"))?;
            }
        }
        // One request at a time: nothing follows its answer.
        Ok(received.split_to(wanted).split_off(LENGTH).freeze())
    }

    fn decode<A: Decodable + HeaderVersion>(&self, mut body: Bytes, version: i16) -> Result<A, String> {
        // The correlation id is first in each version of the header.
        let correlation = body.get(..4).and_then(|first| first.try_into().ok()).map(i32::from_be_bytes);
        if correlation != Some(self.correlation) {
            return Err("the answer is to another request".to_owned());
        }
        ResponseHeader::decode(&mut body, A::header_version(version)).map_err(|error| error.to_string())?;
        A::decode(&mut body, version).map_err(|error| error.to_string())
    }
}

/// What is recorded of the conversation.
pub(crate) fn answer(recorder: &mut Recorder) -> &mut KafkaAnswer {
    recorder.kafka.get_or_insert_default()
}

/// Notes the code of the last step, which ends the conversation if it is an error.
pub(crate) fn settle(code: i16, detail: Option<String>, recorder: &mut Recorder) -> Result<(), Ended> {
    note(code, detail, recorder);
    if code == 0 { Ok(()) } else { Err(Ended::Answered) }
}

/// Notes the code of the last step.
pub(crate) fn note(code: i16, detail: Option<String>, recorder: &mut Recorder) {
    if let Some(step) = answer(recorder).steps.last_mut() {
        step.code = Some(code);
        step.error = ResponseError::try_from_code(code).map(|error| format!("{error:?}"));
        step.detail = detail;
    }
}
