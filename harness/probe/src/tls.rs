//! The TLS handshake.

mod client_certificate;
mod credentials;
mod error;
mod setup;
mod verifier;

use crate::ended::Ending;
use crate::layer::Layer;
use crate::order::tls::TlsOrder;
use crate::recorder::TranscriptRecorder;
use crate::stream::RecordedStream;
use crate::tap::Tap;
use crate::tap::stream_end::StreamEnd;
use crate::tls::setup::HandshakeSetup;
use crate::transcript::side::Side;
use crate::transcript::tls::TlsHandshake;
use rustls::AlertDescription;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Makes a TLS handshake on a connection to this host. It is recorded whether or not it is completed.
pub(crate) async fn secure(
    stream: RecordedStream,
    order: &TlsOrder,
    host: &str,
    recorder: &mut TranscriptRecorder,
) -> Result<RecordedStream, Ending> {
    recorder.layer = Layer::Tls;
    let setup = HandshakeSetup::new(order, host).map_err(Ending::not_sent)?;
    let mut handshake = TlsHandshake {
        sni: match &setup.server_name {
            ServerName::DnsName(name) if !order.without_sni => Some(name.as_ref().to_owned()),
            _ => None,
        },
        offered_alpn: order.alpn.clone(),
        span: recorder.begin(),
        client_certificate: setup.client.leaf(),
        ..TlsHandshake::default()
    };
    recorder.connection().tls = Some(handshake.clone());
    let connector = TlsConnector::from(Arc::new(setup.config));
    let result = connector.connect(setup.server_name, stream).await;
    recorder.end(&mut handshake.span);
    handshake.client_certificate_asked = setup.client.is_requested();
    if let Some(presented) = setup.verifier.take_presented() {
        handshake.peer = presented.chain;
        handshake.verification = Some(presented.verification);
    }
    let stream = match result {
        Ok(stream) => stream,
        Err(error) => {
            recorder.connection().tls = Some(handshake);
            return Err(ending_of(&error, recorder));
        }
    };
    let (_, session) = stream.get_ref();
    handshake.completed = true;
    handshake.version = session.protocol_version().and_then(|version| version.as_str()).map(str::to_owned);
    handshake.cipher =
        session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).map(str::to_owned);
    handshake.alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    recorder.connection().tls = Some(handshake);
    let (tap, log) = Tap::new(stream);
    recorder.set_inner_log(log);
    Ok(Box::new(tap))
}

/// How an order ended whose handshake failed.
fn ending_of(error: &io::Error, recorder: &mut TranscriptRecorder) -> Ending {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (tls, StreamEnd::of_error(error)) {
        (_, StreamEnd::Alert(number)) => recorder.end_by_alert(number),
        (Some(rustls::Error::InvalidCertificate(why)), _) => {
            recorder.record_alert(u8::from(AlertDescription::from(why.clone())), Side::Client);
            let verification = recorder.connection().tls.as_ref().and_then(|tls| tls.verification.as_ref());
            let reason = verification.and_then(|verification| verification.reason.clone());
            Ending::Untrusted { reason: reason.unwrap_or_else(|| why.to_string()) }
        }
        (Some(other), _) => Ending::protocol(Layer::Tls, other),
        (None, _) => recorder.ending(error),
    }
}
