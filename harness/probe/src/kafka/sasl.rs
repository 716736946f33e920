//! The authentication of a user on a connection to a broker.

use crate::ended::Ending;
use crate::kafka::broker_connection::{BrokerConnection, KafkaRequest};
use crate::kafka::code::check_code;
use crate::kafka::scram::{SCRAM_SHA_512, ScramClient, ScramError};
use crate::layer::Layer;
use crate::order::kafka::KafkaOrder;
use crate::recorder::TranscriptRecorder;
use bytes::Bytes;
use kafka_protocol::messages::{
    ApiKey, SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest, SaslHandshakeResponse,
};
use kafka_protocol::protocol::StrBytes;

const SASL_HANDSHAKE: i16 = 1;
const SASL_AUTHENTICATE: i16 = 2;

/// Authenticates the user of an order, if it has one.
pub(crate) async fn authenticate(
    broker: &mut BrokerConnection,
    order: &KafkaOrder,
    recorder: &mut TranscriptRecorder,
) -> Result<(), Ending> {
    let Some(user) = &order.scram else { return Ok(()) };
    let body = SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str(SCRAM_SHA_512.name));
    let request = KafkaRequest { api: ApiKey::SaslHandshake, version: SASL_HANDSHAKE, body: &body };
    let handshake: SaslHandshakeResponse = broker.send(request, recorder).await?;
    let offered: Vec<_> = handshake.mechanisms.iter().map(ToString::to_string).collect();
    check_code(handshake.error_code, Some(offered.join(", ")), recorder)?;

    let protocol_error = |error: ScramError| Ending::protocol(Layer::Response, error);
    let client = ScramClient::new(&SCRAM_SHA_512, &user.user).map_err(Ending::not_sent)?;
    let server_first = send_message(broker, client.first_message(), recorder).await?;
    let password = user.password.reveal();
    let (final_message, server) = client.final_message(password, &server_first).map_err(protocol_error)?;
    let server_final = send_message(broker, final_message, recorder).await?;
    server.verify(&server_final).map_err(protocol_error)
}

/// Sends a message of SCRAM, and returns that of the server.
async fn send_message(
    broker: &mut BrokerConnection,
    message: String,
    recorder: &mut TranscriptRecorder,
) -> Result<String, Ending> {
    let body = SaslAuthenticateRequest::default().with_auth_bytes(Bytes::from(message));
    let request = KafkaRequest { api: ApiKey::SaslAuthenticate, version: SASL_AUTHENTICATE, body: &body };
    let answer: SaslAuthenticateResponse = broker.send(request, recorder).await?;
    check_code(answer.error_code, answer.error_message.as_ref().map(ToString::to_string), recorder)?;
    Ok(String::from_utf8_lossy(&answer.auth_bytes).into_owned())
}
