//! A conversation with a broker that keeps one record in memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use bytes::{BufMut as _, Bytes, BytesMut};
use kafka_protocol::messages::api_versions_response::ApiVersion;
use kafka_protocol::messages::create_topics_response::CreatableTopicResult;
use kafka_protocol::messages::fetch_response::{FetchableTopicResponse, PartitionData};
use kafka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kafka_protocol::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kafka_protocol::messages::{
    ApiKey, ApiVersionsResponse, BrokerId, CreateTopicsResponse, FetchResponse, MetadataResponse,
    ProduceRequest, ProduceResponse, ResponseHeader, SaslAuthenticateResponse, SaslHandshakeResponse,
    TopicName,
};
use kafka_protocol::protocol::{
    Decodable as _, Encodable, HeaderVersion, StrBytes, decode_request_header_from_buffer,
};
use probe::{Ending, KafkaGoal, KafkaOrder, Layer, ScramCredentials, SecretText, Transcript, observe};
use std::sync::{Arc, Mutex};
use support::{order, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const LEADER: i32 = 7;
const TOPIC: &str = "probe";
const UNKNOWN_TOPIC: i16 = 3;
const SASL_FAILED: i16 = 58;

/// What all connections of a broker share.
#[derive(Default)]
struct Broker {
    port: u16,
    is_made: bool,
    batch: Option<Bytes>,
    spoils_records: bool,
    oldest_fetch: i16,
}

type Shared = Arc<Mutex<Broker>>;

async fn play(mut stream: TcpStream, broker: Shared) {
    while let Ok(length) = stream.read_i32().await {
        let mut frame = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut frame).await.unwrap();
        let mut frame = Bytes::from(frame);
        let header = decode_request_header_from_buffer(&mut frame).unwrap();
        let version = header.request_api_version;
        let mut out = BytesMut::new();
        let api = ApiKey::try_from(header.request_api_key).unwrap();
        answer(api, version, frame, header.correlation_id, &broker, &mut out);
        stream.write_i32(i32::try_from(out.len()).unwrap()).await.unwrap();
        stream.write_all(&out).await.unwrap();
    }
}

fn put<A: Encodable + HeaderVersion>(answer: &A, version: i16, correlation: i32, out: &mut BytesMut) {
    let header = ResponseHeader::default().with_correlation_id(correlation);
    header.encode(out, A::header_version(version)).unwrap();
    answer.encode(out, version).unwrap();
}

fn answer(api: ApiKey, version: i16, mut body: Bytes, id: i32, broker: &Shared, out: &mut BytesMut) {
    let mut broker = broker.lock().unwrap();
    let name = || TopicName(StrBytes::from_static_str(TOPIC));
    match api {
        ApiKey::ApiVersions => {
            let range = |key: ApiKey, min| {
                ApiVersion::default().with_api_key(key as i16).with_min_version(min).with_max_version(15)
            };
            let keys = vec![range(ApiKey::Produce, 3), range(ApiKey::Fetch, broker.oldest_fetch)];
            put(&ApiVersionsResponse::default().with_api_keys(keys), version, id, out);
        }
        ApiKey::Metadata => {
            let me = MetadataResponseBroker::default()
                .with_node_id(BrokerId(LEADER))
                .with_host(StrBytes::from_static_str("broker.example"))
                .with_port(i32::from(broker.port));
            let partition = MetadataResponsePartition::default().with_leader_id(BrokerId(LEADER));
            let topic = MetadataResponseTopic::default().with_name(Some(name()));
            let topic = if broker.is_made {
                topic.with_partitions(vec![partition])
            } else {
                topic.with_error_code(UNKNOWN_TOPIC)
            };
            let answer = MetadataResponse::default().with_brokers(vec![me]).with_topics(vec![topic]);
            put(&answer, version, id, out);
        }
        ApiKey::CreateTopics => {
            broker.is_made = true;
            let topic = CreatableTopicResult::default().with_name(name());
            put(&CreateTopicsResponse::default().with_topics(vec![topic]), version, id, out);
        }
        ApiKey::Produce => {
            let request = ProduceRequest::decode(&mut body, version).unwrap();
            broker.batch.clone_from(&request.topic_data[0].partition_data[0].records);
            let partition = PartitionProduceResponse::default().with_base_offset(0);
            let topic =
                TopicProduceResponse::default().with_name(name()).with_partition_responses(vec![partition]);
            put(&ProduceResponse::default().with_responses(vec![topic]), version, id, out);
        }
        ApiKey::Fetch => {
            let batch = if broker.spoils_records {
                Bytes::from_static(&[9; 90])
            } else {
                broker.batch.clone().unwrap()
            };
            let partition = PartitionData::default().with_records(Some(batch));
            let topic = FetchableTopicResponse::default().with_topic(name()).with_partitions(vec![partition]);
            put(&FetchResponse::default().with_responses(vec![topic]), version, id, out);
        }
        ApiKey::SaslHandshake => put(&SaslHandshakeResponse::default(), version, id, out),
        ApiKey::SaslAuthenticate => {
            let refused = SaslAuthenticateResponse::default().with_error_code(SASL_FAILED);
            put(&refused, version, id, out);
        }
        other => out.put_slice(format!("{other:?} was not expected").as_bytes()),
    }
}

async fn converse(broker: Broker, order_of: KafkaOrder) -> Transcript {
    let shared: Shared = Arc::new(Mutex::new(broker));
    let of_server = Arc::clone(&shared);
    let port = serve(move |stream| play(stream, Arc::clone(&of_server))).await;
    shared.lock().unwrap().port = port;
    let mut order = order(port, order_of);
    order.hosts.insert("broker.example".into(), vec!["127.0.0.1".parse().unwrap()]);
    observe(&order).await
}

fn record() -> KafkaOrder {
    KafkaOrder { topic: TOPIC.into(), value: "a value".into(), ..KafkaOrder::default() }
}

fn apis(transcript: &Transcript) -> Vec<&str> {
    transcript.kafka().unwrap().steps.iter().map(|step| step.api.as_str()).collect()
}

#[tokio::test]
async fn record_is_written_and_read_at_the_leader() {
    let transcript = converse(Broker::default(), record()).await;
    assert_eq!(transcript.ended, Ending::Answered, "{transcript:#?}");
    let answer = transcript.kafka().unwrap();
    assert_eq!((answer.matches, answer.leader, answer.refusal()), (Some(true), Some(LEADER), None));
    assert_eq!(answer.brokers[0].host, "broker.example");
    assert_eq!(
        apis(&transcript),
        ["ApiVersions", "Metadata", "CreateTopics", "Metadata", "ApiVersions", "Produce", "Fetch"]
    );
    assert_eq!(answer.steps[1].error.as_deref(), Some("UnknownTopicOrPartition"));
    assert!(transcript.connections[1].to.starts_with("broker.example:"));
}

#[tokio::test]
async fn conversation_stops_where_it_is_told() {
    let until = |until| KafkaOrder { until, ..KafkaOrder::default() };
    let transcript = converse(Broker::default(), until(KafkaGoal::ApiVersions)).await;
    assert_eq!(apis(&transcript), ["ApiVersions"]);
    let transcript = converse(Broker::default(), until(KafkaGoal::Metadata)).await;
    assert_eq!((apis(&transcript), transcript.connections.len()), (vec!["ApiVersions", "Metadata"], 1));
}

#[tokio::test]
async fn refused_user_is_told_by_its_code() {
    let scram = Some(ScramCredentials { user: "a".into(), password: SecretText::new("b") });
    let transcript = converse(Broker::default(), KafkaOrder { scram, ..record() }).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let refusal = transcript.kafka().unwrap().refusal().unwrap();
    assert_eq!((refusal.api.as_str(), refusal.code), ("SaslAuthenticate", Some(SASL_FAILED)));
    assert_eq!(refusal.error.as_deref(), Some("SaslAuthenticationFailed"));
}

#[tokio::test]
async fn spoilt_record_is_a_protocol_error() {
    let broker = Broker { spoils_records: true, ..Broker::default() };
    let transcript = converse(broker, record()).await;
    assert!(matches!(transcript.ended, Ending::ProtocolError { layer: Layer::Response, .. }));
}

#[tokio::test]
async fn broker_that_is_too_new_is_named() {
    let broker = Broker { oldest_fetch: 13, ..Broker::default() };
    let transcript = converse(broker, record()).await;
    let reason = "the broker serves Fetch in versions 13 to 15, not 12".to_owned();
    assert_eq!(transcript.ended, Ending::ProtocolError { layer: Layer::Response, reason });
}

#[tokio::test]
async fn silence_after_the_connection_is_no_answer() {
    let port = serve(|stream| async move {
        let _stream = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let mut order = order(port, record());
    order.deadline_ms = 200;
    let transcript = observe(&order).await;
    assert_eq!(transcript.ended, Ending::Timeout { layer: Layer::Request });
    assert_eq!(transcript.kafka().unwrap().steps[0].code, None);
}
