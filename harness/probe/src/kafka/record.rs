//! One record: produced, and fetched again.

use crate::ended::Ending;
use crate::kafka::broker_connection::{BrokerConnection, KafkaRequest};
use crate::kafka::code::check_code;
use crate::kafka::topic::topic_name;
use crate::layer::Layer;
use crate::order::kafka::KafkaOrder;
use crate::recorder::TranscriptRecorder;
use bytes::{Bytes, BytesMut};
use kafka_protocol::indexmap::IndexMap;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use kafka_protocol::messages::fetch_response::FetchResponse;
use kafka_protocol::messages::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use kafka_protocol::messages::produce_response::ProduceResponse;
use kafka_protocol::messages::{ApiKey, BrokerId};
use kafka_protocol::records::{
    Compression, NO_PARTITION_LEADER_EPOCH, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE, Record,
    RecordBatchDecoder, RecordBatchEncoder, RecordEncodeOptions, TimestampType,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

const PRODUCE: i16 = 9;
const FETCH: i16 = 12;
const PARTITION: i32 = 0;
const ALL_REPLICAS: i16 = -1;
const PRODUCE_TIMEOUT_MS: i32 = 5_000;
const FETCH_WAIT_MS: i32 = 500;
const FETCH_BYTES: i32 = 1 << 20;
const NO_BROKER: i32 = -1;
const NO_SESSION: i32 = -1;

/// Produces the record of an order, and returns its offset.
pub(crate) async fn produce(
    leader: &mut BrokerConnection,
    order: &KafkaOrder,
    recorder: &mut TranscriptRecorder,
) -> Result<i64, Ending> {
    let partition = PartitionProduceData::default()
        .with_index(PARTITION)
        .with_records(Some(encode_batch(&order.value).map_err(Ending::not_sent)?));
    let topic = TopicProduceData::default().with_name(topic_name(order)).with_partition_data(vec![partition]);
    let body = ProduceRequest::default()
        .with_acks(ALL_REPLICAS)
        .with_timeout_ms(PRODUCE_TIMEOUT_MS)
        .with_topic_data(vec![topic]);
    let request = KafkaRequest { api: ApiKey::Produce, version: PRODUCE, body: &body };
    let produced: ProduceResponse = leader.send(request, recorder).await?;
    let partition = produced.responses.first().and_then(|topic| topic.partition_responses.first());
    let Some(partition) = partition else {
        return Err(Ending::protocol(recorder.layer, "the answer names no partition"));
    };
    let detail = partition.error_message.as_ref().map(ToString::to_string);
    let detail = detail.unwrap_or_else(|| format!("offset {}", partition.base_offset));
    check_code(partition.error_code, Some(detail), recorder)?;
    Ok(partition.base_offset)
}

/// Fetches the record at an offset, and returns whether it has the value of the order.
pub(crate) async fn fetch(
    leader: &mut BrokerConnection,
    order: &KafkaOrder,
    offset: i64,
    recorder: &mut TranscriptRecorder,
) -> Result<bool, Ending> {
    let partition = FetchPartition::default()
        .with_partition(PARTITION)
        .with_fetch_offset(offset)
        .with_partition_max_bytes(FETCH_BYTES);
    let topic = FetchTopic::default().with_topic(topic_name(order)).with_partitions(vec![partition]);
    let body = FetchRequest::default()
        .with_replica_id(BrokerId(NO_BROKER))
        .with_max_wait_ms(FETCH_WAIT_MS)
        .with_min_bytes(1)
        .with_max_bytes(FETCH_BYTES)
        .with_session_epoch(NO_SESSION)
        .with_topics(vec![topic]);
    loop {
        let request = KafkaRequest { api: ApiKey::Fetch, version: FETCH, body: &body };
        let fetched: FetchResponse = leader.send(request, recorder).await?;
        check_code(fetched.error_code, None, recorder)?;
        let partition = fetched.responses.first().and_then(|topic| topic.partitions.first());
        let Some(partition) = partition else { continue };
        check_code(partition.error_code, None, recorder)?;
        let records = decode_batches(partition.records.clone().unwrap_or_default());
        let records = records.map_err(|reason| Ending::protocol(Layer::Response, reason))?;
        if let Some(record) = records.iter().find(|record| record.offset == offset) {
            return Ok(record.value.as_deref() == Some(order.value.as_bytes()));
        }
    }
}

/// A batch of one record with this value.
fn encode_batch(value: &str) -> Result<Bytes, String> {
    let record = Record {
        transactional: false,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: NO_PARTITION_LEADER_EPOCH,
        producer_id: NO_PRODUCER_ID,
        producer_epoch: NO_PRODUCER_EPOCH,
        timestamp_type: TimestampType::Creation,
        offset: 0,
        sequence: NO_SEQUENCE,
        timestamp: jiff::Timestamp::now().as_millisecond(),
        key: None,
        value: Some(Bytes::copy_from_slice(value.as_bytes())),
        headers: IndexMap::new(),
    };
    let options = RecordEncodeOptions { version: 2, compression: Compression::None };
    let mut batch = BytesMut::new();
    RecordBatchEncoder::encode(&mut batch, [&record], &options).map_err(|error| error.to_string())?;
    Ok(batch.freeze())
}

/// The records of batches. The decoder panics at some garbage, which is an error here.
fn decode_batches(mut batches: Bytes) -> Result<Vec<Record>, String> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    let sets = catch_unwind(AssertUnwindSafe(|| RecordBatchDecoder::decode_all(&mut batches)));
    let sets =
        sets.map_err(|_| "the records cannot be read".to_owned())?.map_err(|error| error.to_string())?;
    Ok(sets.into_iter().flat_map(|set| set.records).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_survives_its_batch() {
        let records = decode_batches(encode_batch("value").unwrap()).unwrap();
        assert_eq!(records[0].value.as_deref(), Some(b"value".as_slice()));
    }

    #[test]
    fn garbage_is_no_batch() {
        assert!(decode_batches(Bytes::from_static(&[7; 200])).is_err());
    }
}
