//! The topic of an order: its name, its leader, and its creation.

use crate::ended::Ending;
use crate::kafka::broker_connection::{BrokerConnection, KafkaRequest};
use crate::kafka::code::{check_code, record_code};
use crate::order::destination::Destination;
use crate::order::kafka::KafkaOrder;
use crate::recorder::TranscriptRecorder;
use crate::transcript::kafka::KafkaBroker;
use kafka_protocol::messages::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use kafka_protocol::messages::create_topics_response::CreateTopicsResponse;
use kafka_protocol::messages::metadata_request::{MetadataRequest, MetadataRequestTopic};
use kafka_protocol::messages::metadata_response::MetadataResponse;
use kafka_protocol::messages::{ApiKey, TopicName};
use kafka_protocol::protocol::StrBytes;
use std::time::Duration;

// The newest versions that identify topics by name. Brokers serve them since Kafka 2.7.
const METADATA: i16 = 9;
const CREATE_TOPICS: i16 = 5;

const UNKNOWN_TOPIC: i16 = 3;
const LEADER_NOT_AVAILABLE: i16 = 5;
const TOPIC_EXISTS: i16 = 36;
const METADATA_INTERVAL: Duration = Duration::from_millis(200);
const CREATE_TIMEOUT_MS: i32 = 5_000;

/// The name of the topic, for a request.
pub(crate) fn topic_name(order: &KafkaOrder) -> TopicName {
    TopicName(StrBytes::from_string(order.topic.clone()))
}

/// Requests the addresses of all brokers, and the state of the topic if the order names one.
pub(crate) async fn request_metadata(
    broker: &mut BrokerConnection,
    order: &KafkaOrder,
    recorder: &mut TranscriptRecorder,
) -> Result<MetadataResponse, Ending> {
    let topic = || MetadataRequestTopic::default().with_name(Some(topic_name(order)));
    let topics = if order.topic.is_empty() { Vec::new() } else { vec![topic()] };
    let body = MetadataRequest::default().with_topics(Some(topics)).with_allow_auto_topic_creation(false);
    let request = KafkaRequest { api: ApiKey::Metadata, version: METADATA, body: &body };
    let metadata: MetadataResponse = broker.send(request, recorder).await?;
    let brokers = metadata.brokers.iter();
    recorder.kafka().brokers = brokers
        .map(|broker| KafkaBroker { id: broker.node_id.0, host: broker.host.to_string(), port: broker.port })
        .collect();
    Ok(metadata)
}

/// The address of the broker that leads the topic, which is created if it does not exist.
pub(crate) async fn find_leader(
    broker: &mut BrokerConnection,
    order: &KafkaOrder,
    recorder: &mut TranscriptRecorder,
) -> Result<Destination, Ending> {
    let mut ticks = tokio::time::interval(METADATA_INTERVAL);
    let mut is_created = false;
    loop {
        ticks.tick().await;
        let metadata = request_metadata(broker, order, recorder).await?;
        let topic = metadata.topics.first();
        let code = topic.map_or(UNKNOWN_TOPIC, |topic| topic.error_code);
        let partition = topic.and_then(|topic| topic.partitions.first());
        match (code, partition) {
            (UNKNOWN_TOPIC, _) if !is_created => {
                record_code(code, None, recorder);
                create_topic(broker, order, recorder).await?;
                is_created = true;
            }
            (UNKNOWN_TOPIC | LEADER_NOT_AVAILABLE, _) => record_code(code, None, recorder),
            (0, Some(partition)) if partition.error_code == LEADER_NOT_AVAILABLE => {
                record_code(LEADER_NOT_AVAILABLE, None, recorder);
            }
            (0, Some(partition)) => {
                check_code(partition.error_code, None, recorder)?;
                return leader_address(partition.leader_id.0, recorder);
            }
            (0, None) => record_code(LEADER_NOT_AVAILABLE, None, recorder),
            (code, _) => check_code(code, None, recorder)?,
        }
    }
}

/// The advertised address of the leader, which is recorded.
fn leader_address(leader: i32, recorder: &mut TranscriptRecorder) -> Result<Destination, Ending> {
    let layer = recorder.layer;
    let answer = recorder.kafka();
    answer.leader = Some(leader);
    let broker = answer.brokers.iter().find(|broker| broker.id == leader);
    broker
        .and_then(|broker| {
            Some(Destination { host: broker.host.clone(), port: u16::try_from(broker.port).ok()? })
        })
        .ok_or_else(|| Ending::protocol(layer, format!("broker {leader} leads, and has no address")))
}

async fn create_topic(
    broker: &mut BrokerConnection,
    order: &KafkaOrder,
    recorder: &mut TranscriptRecorder,
) -> Result<(), Ending> {
    // The replication factor -1 is the default of the broker.
    let topic = CreatableTopic::default()
        .with_name(topic_name(order))
        .with_num_partitions(1)
        .with_replication_factor(-1);
    let body = CreateTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(CREATE_TIMEOUT_MS);
    let request = KafkaRequest { api: ApiKey::CreateTopics, version: CREATE_TOPICS, body: &body };
    let created: CreateTopicsResponse = broker.send(request, recorder).await?;
    let Some(topic) = created.topics.first() else {
        return Err(Ending::protocol(recorder.layer, "the answer names no topic"));
    };
    let detail = topic.error_message.as_ref().map(ToString::to_string);
    match topic.error_code {
        TOPIC_EXISTS => {
            record_code(TOPIC_EXISTS, detail, recorder);
            Ok(())
        }
        code => check_code(code, detail, recorder),
    }
}
