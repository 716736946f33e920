//! A conversation with a Kafka cluster, in its own protocol.
//!
//! A proxy accepts a connection before it has a broker behind it, so that only an answer of the protocol proves that a
//! broker was reached. A record is written to, and read from, the leader at the address that the cluster advertises:
//! clients are sent there, whatever they dialled first.

mod record;
mod sasl;
mod scram;
mod wire;

use crate::connect::{Line, dial};
use crate::recorder::Recorder;
use crate::transcript::Broker;
use crate::{Ended, KafkaOrder, KafkaUntil, Order, TlsOrder, To, tls};
use kafka_protocol::messages::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use kafka_protocol::messages::create_topics_response::CreateTopicsResponse;
use kafka_protocol::messages::metadata_request::{MetadataRequest, MetadataRequestTopic};
use kafka_protocol::messages::metadata_response::MetadataResponse;
use kafka_protocol::messages::{ApiKey, ApiVersionsRequest, ApiVersionsResponse, TopicName};
use kafka_protocol::protocol::StrBytes;
use std::time::Duration;
use wire::{Call, Wire, answer, note, settle};

// The newest versions that name topics by their names, which brokers since Kafka 2.7 and until now serve.
const API_VERSIONS: i16 = 3;
const METADATA: i16 = 9;
const CREATE_TOPICS: i16 = 5;

const UNKNOWN_TOPIC: i16 = 3;
const LEADER_NOT_AVAILABLE: i16 = 5;
const TOPIC_EXISTS: i16 = 36;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(200);
const CREATE_TIMEOUT_MS: i32 = 5_000;

pub(crate) async fn exchange(
    line: Line,
    order: &KafkaOrder,
    whole: &Order,
    recorder: &mut Recorder,
) -> Result<Ended, Ended> {
    let mut bootstrap = Wire::new(line);
    greet(&mut bootstrap, recorder).await?;
    if order.until == KafkaUntil::ApiVersions {
        return Ok(Ended::Answered);
    }
    sasl::authenticate(&mut bootstrap, order, recorder).await?;
    if order.until == KafkaUntil::Metadata {
        let metadata = ask_metadata(&mut bootstrap, order, recorder).await?;
        note(metadata.topics.first().map_or(0, |topic| topic.error_code), None, recorder);
        return Ok(Ended::Answered);
    }
    let leader = leader(&mut bootstrap, order, recorder).await?;
    let mut broker = Wire::new(connect(&leader, whole, recorder).await?);
    greet(&mut broker, recorder).await?;
    sasl::authenticate(&mut broker, order, recorder).await?;
    let offset = record::produce(&mut broker, order, recorder).await?;
    let matches = record::fetch(&mut broker, order, offset, recorder).await?;
    answer(recorder).matches = Some(matches);
    Ok(Ended::Answered)
}

async fn greet(wire: &mut Wire, recorder: &mut Recorder) -> Result<(), Ended> {
    let request = ApiVersionsRequest::default()
        .with_client_software_name(StrBytes::from_static_str("meshproof-probe"))
        .with_client_software_version(StrBytes::from_static_str(env!("CARGO_PKG_VERSION")));
    let call = Call { api: ApiKey::ApiVersions, version: API_VERSIONS, request: &request };
    let versions: ApiVersionsResponse = wire.ask(call, recorder).await?;
    wire.learn(&versions);
    settle(versions.error_code, Some(format!("{} APIs", versions.api_keys.len())), recorder)
}

async fn ask_metadata(
    wire: &mut Wire,
    order: &KafkaOrder,
    recorder: &mut Recorder,
) -> Result<MetadataResponse, Ended> {
    let topic = || MetadataRequestTopic::default().with_name(Some(topic_name(order)));
    let topics = if order.topic.is_empty() { Vec::new() } else { vec![topic()] };
    let request = MetadataRequest::default().with_topics(Some(topics)).with_allow_auto_topic_creation(false);
    let call = Call { api: ApiKey::Metadata, version: METADATA, request: &request };
    let metadata: MetadataResponse = wire.ask(call, recorder).await?;
    let brokers = metadata.brokers.iter();
    answer(recorder).brokers = brokers
        .map(|broker| Broker { id: broker.node_id.0, host: broker.host.to_string(), port: broker.port })
        .collect();
    Ok(metadata)
}

/// The leader of the topic, which is made if it does not exist.
async fn leader(wire: &mut Wire, order: &KafkaOrder, recorder: &mut Recorder) -> Result<To, Ended> {
    let mut ticks = tokio::time::interval(BETWEEN_QUESTIONS);
    let mut is_made = false;
    loop {
        ticks.tick().await;
        let metadata = ask_metadata(wire, order, recorder).await?;
        let topic = metadata.topics.first();
        let code = topic.map_or(UNKNOWN_TOPIC, |topic| topic.error_code);
        let partition = topic.and_then(|topic| topic.partitions.first());
        match (code, partition) {
            (UNKNOWN_TOPIC, _) if !is_made => {
                note(code, None, recorder);
                create(wire, order, recorder).await?;
                is_made = true;
            }
            (UNKNOWN_TOPIC | LEADER_NOT_AVAILABLE, _) => note(code, None, recorder),
            (0, Some(partition)) if partition.error_code == LEADER_NOT_AVAILABLE => {
                note(LEADER_NOT_AVAILABLE, None, recorder);
            }
            (0, Some(partition)) => {
                settle(partition.error_code, None, recorder)?;
                return address_of(partition.leader_id.0, recorder);
            }
            (0, None) => note(LEADER_NOT_AVAILABLE, None, recorder),
            (code, _) => settle(code, None, recorder)?,
        }
    }
}

fn address_of(leader: i32, recorder: &mut Recorder) -> Result<To, Ended> {
    let layer = recorder.layer;
    let answer = answer(recorder);
    answer.leader = Some(leader);
    let broker = answer.brokers.iter().find(|broker| broker.id == leader);
    broker
        .and_then(|broker| Some(To { host: broker.host.clone(), port: u16::try_from(broker.port).ok()? }))
        .ok_or_else(|| Ended::protocol(layer, format!("broker {leader} leads, and has no address")))
}

async fn create(wire: &mut Wire, order: &KafkaOrder, recorder: &mut Recorder) -> Result<(), Ended> {
    // The broker's own default of replicas.
    let topic = CreatableTopic::default()
        .with_name(topic_name(order))
        .with_num_partitions(1)
        .with_replication_factor(-1);
    let request = CreateTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(CREATE_TIMEOUT_MS);
    let call = Call { api: ApiKey::CreateTopics, version: CREATE_TOPICS, request: &request };
    let created: CreateTopicsResponse = wire.ask(call, recorder).await?;
    let Some(topic) = created.topics.first() else {
        return Err(Ended::protocol(recorder.layer, "the answer names no topic"));
    };
    let detail = topic.error_message.as_ref().map(ToString::to_string);
    match topic.error_code {
        TOPIC_EXISTS => {
            note(TOPIC_EXISTS, detail, recorder);
            Ok(())
        }
        code => settle(code, detail, recorder),
    }
}

/// A connection to the leader, as the one to the bootstrap server but by the leader's own name.
async fn connect(to: &To, whole: &Order, recorder: &mut Recorder) -> Result<Line, Ended> {
    let line = dial(to, whole, recorder).await?;
    match &whole.tls {
        Some(order) => {
            let order = TlsOrder { server_name: None, ..order.clone() };
            tls::secure(line, &order, &to.host, recorder).await
        }
        None => Ok(line),
    }
}

fn topic_name(order: &KafkaOrder) -> TopicName {
    TopicName(StrBytes::from_string(order.topic.clone()))
}
