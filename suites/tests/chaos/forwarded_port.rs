//! Ports of pods, forwarded as an API server does it: over a WebSocket, each message with the number of its channel first.
//! Behind each is a listener of this machine; what goes wrong in between is up to the dice.

use super::api_server::refusal;
use super::chance::{Dice, ForwardTrouble, pause};
use super::proxy::{AnswerBody, whole};
use super::refusals::Refusals;
use super::resource_path::{ResourcePath, parameter};
use futures::{SinkExt, StreamExt};
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// The port of the probe's client.
const CLIENT_PORT: u16 = 15_900;
/// How many bytes of a pod come at once where it is slow.
const PIECE: usize = 400;

/// The listeners behind the ports of pods, by `namespace/name:port`.
pub(crate) type Pods = BTreeMap<String, SocketAddr>;

/// Answers a request for a port of a pod, and forwards to it.
pub(crate) fn forward(
    request: Request<Incoming>,
    pods: &Pods,
    refusals: &Refusals,
    dice: &Dice,
) -> Response<AnswerBody> {
    let uri = request.uri();
    let asked = ResourcePath::parse(uri.path()).unwrap();
    let port: u16 = parameter(uri.query().unwrap(), "ports").unwrap().parse().unwrap();
    let pod = format!("{}/{}:{port}", asked.namespace.unwrap(), asked.name.unwrap());
    let Some(target) = pods.get(&pod).copied() else { return whole(refusal(404, "there is no such pod")) };
    let is_probe = port == CLIENT_PORT;
    let trouble = refusals.disturb_pod().or_else(|| dice.throw_for_pod(&pod, is_probe));
    // From what a pod does by itself, these cannot be told.
    let trouble = trouble.filter(|trouble| {
        is_probe || !matches!(trouble, ForwardTrouble::Garbled | ForwardTrouble::Closed(_))
    });
    if trouble == Some(ForwardTrouble::Page) {
        let page = Full::new(Bytes::from("<html>chaos says no</html>")).map_err(|never| match never {});
        return Response::new(page.boxed_unsync());
    }
    let key = request.headers().get(SEC_WEBSOCKET_KEY).unwrap().as_bytes().to_vec();
    tokio::spawn(async move {
        let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
        // An end of either side is the end of both.
        let _ = carry(upgraded, target, port, trouble).await;
    });
    let nothing = Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync();
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(UPGRADE, "websocket")
        .header(CONNECTION, "Upgrade")
        .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(&key))
        .header(SEC_WEBSOCKET_PROTOCOL, "v4.channel.k8s.io")
        .body(nothing)
        .unwrap()
}

/// Carries bytes to and fro, until one side ends or the trouble says so. `None`: it ended early.
async fn carry(
    upgraded: Upgraded,
    target: SocketAddr,
    port: u16,
    trouble: Option<ForwardTrouble>,
) -> Option<()> {
    let mut raw = TokioIo::new(upgraded);
    if trouble == Some(ForwardTrouble::Unreadable) {
        raw.write_all(b"chaos says no, and this is no message\r\n").await.ok()?;
        return raw.shutdown().await.ok();
    }
    let mut pod = TcpStream::connect(target).await.ok()?;
    let mut socket = WebSocketStream::from_raw_socket(raw, Role::Server, None).await;
    for channel in [0, 1] {
        let [low, high] = port.to_le_bytes();
        socket.send(Message::binary(vec![channel, low, high])).await.ok()?;
    }
    let (mut buffer, mut carried) = (vec![0; 16 << 10], 0);
    loop {
        let room = if trouble == Some(ForwardTrouble::Slow) { PIECE } else { buffer.len() };
        let count = tokio::select! {
            message = socket.next() => match message?.ok()? {
                Message::Binary(bytes) => {
                    pod.write_all(&bytes[1..]).await.ok()?;
                    continue;
                }
                Message::Close(_) => return Some(()),
                _ => continue,
            },
            count = pod.read(&mut buffer[..room]) => count.ok()?,
        };
        let mut bytes = buffer[..count].to_vec();
        match trouble {
            // Who drops it says nothing.
            Some(ForwardTrouble::Cut(after)) if carried + count > after => {
                bytes.truncate(after - carried);
                send(&mut socket, &bytes).await?;
                return None;
            }
            Some(ForwardTrouble::Closed(after)) if carried + count > after => {
                bytes.truncate(after - carried);
                send(&mut socket, &bytes).await?;
                return socket.close(None).await.ok();
            }
            Some(ForwardTrouble::Slow) => pause(Duration::from_millis(1)).await,
            Some(ForwardTrouble::Garbled) => bytes.iter_mut().for_each(|byte| *byte ^= 0x55),
            _ => {}
        }
        if count == 0 {
            return socket.close(None).await.ok();
        }
        carried += count;
        send(&mut socket, &bytes).await?;
    }
}

async fn send(socket: &mut WebSocketStream<TokioIo<Upgraded>>, bytes: &[u8]) -> Option<()> {
    if bytes.is_empty() {
        return Some(());
    }
    socket.send(Message::binary([&[0], bytes].concat())).await.ok()
}
