//! The exchange with a Kafka cluster, in its own protocol.
//!
//! A proxy accepts a connection before it has a broker behind it, so only a response of the protocol proves that a
//! broker was reached. A record is produced at, and fetched from, the leader at its advertised address: that is where
//! clients are sent, whichever bootstrap server they dialled.

mod broker_connection;
mod code;
mod record;
mod sasl;
mod scram;
mod topic;

use crate::connect::dial;
use crate::ended::Ending;
use crate::kafka::broker_connection::{BrokerConnection, KafkaRequest};
use crate::kafka::code::{check_code, record_code};
use crate::kafka::record::{fetch, produce};
use crate::kafka::sasl::authenticate;
use crate::kafka::topic::{find_leader, request_metadata};
use crate::order::Order;
use crate::order::destination::Destination;
use crate::order::kafka::{KafkaGoal, KafkaOrder};
use crate::order::tls::TlsOrder;
use crate::recorder::TranscriptRecorder;
use crate::stream::RecordedStream;
use crate::tls;
use kafka_protocol::messages::{ApiKey, ApiVersionsRequest, ApiVersionsResponse};
use kafka_protocol::protocol::StrBytes;

const API_VERSIONS: i16 = 3;

/// Sends the requests of an order, on a connection to a bootstrap server and one to the leader of the topic.
pub(crate) async fn exchange(
    stream: RecordedStream,
    kafka: &KafkaOrder,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<Ending, Ending> {
    let mut bootstrap = BrokerConnection::new(stream);
    negotiate_versions(&mut bootstrap, recorder).await?;
    if kafka.until == KafkaGoal::ApiVersions {
        return Ok(Ending::Answered);
    }
    authenticate(&mut bootstrap, kafka, recorder).await?;
    if kafka.until == KafkaGoal::Metadata {
        let metadata = request_metadata(&mut bootstrap, kafka, recorder).await?;
        record_code(metadata.topics.first().map_or(0, |topic| topic.error_code), None, recorder);
        return Ok(Ending::Answered);
    }
    let address = find_leader(&mut bootstrap, kafka, recorder).await?;
    let mut leader = BrokerConnection::new(connect_to_leader(&address, order, recorder).await?);
    negotiate_versions(&mut leader, recorder).await?;
    authenticate(&mut leader, kafka, recorder).await?;
    let offset = produce(&mut leader, kafka, recorder).await?;
    let matches = fetch(&mut leader, kafka, offset, recorder).await?;
    recorder.kafka().matches = Some(matches);
    Ok(Ending::Answered)
}

/// Asks the broker which APIs it serves, in which versions.
async fn negotiate_versions(
    broker: &mut BrokerConnection,
    recorder: &mut TranscriptRecorder,
) -> Result<(), Ending> {
    let body = ApiVersionsRequest::default()
        .with_client_software_name(StrBytes::from_static_str("meshproof-probe"))
        .with_client_software_version(StrBytes::from_static_str(env!("CARGO_PKG_VERSION")));
    let request = KafkaRequest { api: ApiKey::ApiVersions, version: API_VERSIONS, body: &body };
    let versions: ApiVersionsResponse = broker.send(request, recorder).await?;
    broker.set_served(&versions);
    check_code(versions.error_code, Some(format!("{} APIs", versions.api_keys.len())), recorder)
}

/// A connection to the leader, with the TLS of the order but the leader's own server name.
async fn connect_to_leader(
    address: &Destination,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<RecordedStream, Ending> {
    let stream = dial(address, order, recorder).await?;
    match &order.tls {
        Some(tls_order) => {
            let tls_order = TlsOrder { server_name: None, ..tls_order.clone() };
            tls::secure(stream, &tls_order, &address.host, recorder).await
        }
        None => Ok(stream),
    }
}
