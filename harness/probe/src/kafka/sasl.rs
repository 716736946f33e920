//! A user on a connection to a broker.

use crate::kafka::scram::{First, SHA_512, ScramError};
use crate::kafka::wire::{Call, Wire, settle};
use crate::recorder::Recorder;
use crate::{Ended, KafkaOrder, Layer};
use bytes::Bytes;
use kafka_protocol::messages::{
    ApiKey, SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest, SaslHandshakeResponse,
};
use kafka_protocol::protocol::StrBytes;

const SASL_HANDSHAKE: i16 = 1;
const SASL_AUTHENTICATE: i16 = 2;

/// Makes the user known, if the order has one.
pub(crate) async fn authenticate(
    wire: &mut Wire,
    order: &KafkaOrder,
    recorder: &mut Recorder,
) -> Result<(), Ended> {
    let Some(user) = &order.scram else { return Ok(()) };
    let request = SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str(SHA_512.name));
    let call = Call { api: ApiKey::SaslHandshake, version: SASL_HANDSHAKE, request: &request };
    let handshake: SaslHandshakeResponse = wire.ask(call, recorder).await?;
    let served: Vec<_> = handshake.mechanisms.iter().map(ToString::to_string).collect();
    settle(handshake.error_code, Some(served.join(", ")), recorder)?;

    let wrong = |error: ScramError| Ended::protocol(Layer::Response, error);
    let first = First::new(&SHA_512, &user.user).map_err(Ended::not_sent)?;
    let server_first = send(wire, first.message(), recorder).await?;
    let (last, proven) = first.prove(user.password.reveal(), &server_first).map_err(wrong)?;
    let server_final = send(wire, last, recorder).await?;
    proven.verify(&server_final).map_err(wrong)
}

async fn send(wire: &mut Wire, message: String, recorder: &mut Recorder) -> Result<String, Ended> {
    let request = SaslAuthenticateRequest::default().with_auth_bytes(Bytes::from(message));
    let call = Call { api: ApiKey::SaslAuthenticate, version: SASL_AUTHENTICATE, request: &request };
    let answer: SaslAuthenticateResponse = wire.ask(call, recorder).await?;
    settle(answer.error_code, answer.error_message.as_ref().map(ToString::to_string), recorder)?;
    Ok(String::from_utf8_lossy(&answer.auth_bytes).into_owned())
}
