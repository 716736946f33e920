//! Each manner in which a server without TLS can refuse or answer is told apart.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use probe::{
    BytesOrder, ConnectOutcome, Ending, HttpOrder, Layer, ORDER_VERSION, Order, Payload, Transcript, observe,
    observe_on,
};
use rstest::rstest;
use std::time::Duration;
use support::{get, order, read_head, reset, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy)]
enum Server {
    ResetsAtOnce,
    ResetsAfterRequest,
    ClosesAtOnce,
    ClosesAfterRequest,
    ClosesInHead,
    ClosesInBody,
    ResetsInBody,
    Hangs,
    HangsInBody,
    SpeaksOtherwise,
    Answers(&'static str),
}

const PART: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";

async fn play(server: Server, mut stream: TcpStream) {
    let say = async |stream: &mut TcpStream, text: &str| {
        read_head(stream).await;
        stream.write_all(text.as_bytes()).await.unwrap();
    };
    match server {
        Server::ResetsAtOnce => reset(stream),
        Server::ResetsAfterRequest => {
            read_head(&mut stream).await;
            reset(stream);
        }
        Server::ClosesAtOnce => {
            stream.shutdown().await.unwrap();
            // Reads on, or what comes later would be answered by a reset.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        Server::ClosesAfterRequest => {
            read_head(&mut stream).await;
        }
        Server::ClosesInHead => say(&mut stream, "HTTP/1.1 200 OK\r\nserv").await,
        Server::ClosesInBody => say(&mut stream, PART).await,
        Server::ResetsInBody => {
            say(&mut stream, PART).await;
            tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await.unwrap_err();
            reset(stream);
        }
        Server::Hangs => std::future::pending().await,
        Server::HangsInBody => {
            say(&mut stream, PART).await;
            std::future::pending::<()>().await;
        }
        Server::SpeaksOtherwise => say(&mut stream, "\u{15}\u{3}\u{3}\0\u{2}\u{2}P").await,
        Server::Answers(answer) => say(&mut stream, answer).await,
    }
}

async fn ask(server: Server) -> Transcript {
    let port = serve(move |stream| play(server, stream)).await;
    let mut order = order(port, get());
    order.deadline_ms = 700;
    observe(&order).await
}

#[rstest]
#[case::reset_at_once(Server::ResetsAtOnce, Ending::Reset { layer: Layer::Request, after_bytes: 0 })]
#[case::reset(Server::ResetsAfterRequest, Ending::Reset { layer: Layer::Request, after_bytes: 0 })]
#[case::closed_at_once(Server::ClosesAtOnce, Ending::Closed { layer: Layer::Request, after_bytes: 0 })]
#[case::closed(Server::ClosesAfterRequest, Ending::Closed { layer: Layer::Request, after_bytes: 0 })]
#[case::closed_in_head(Server::ClosesInHead, Ending::Closed { layer: Layer::Response, after_bytes: 21 })]
#[case::closed_in_body(Server::ClosesInBody, Ending::Closed { layer: Layer::Body, after_bytes: 43 })]
#[case::reset_in_body(Server::ResetsInBody, Ending::Reset { layer: Layer::Body, after_bytes: 43 })]
#[case::silence(Server::Hangs, Ending::Timeout { layer: Layer::Request })]
#[case::silence_in_body(Server::HangsInBody, Ending::Timeout { layer: Layer::Body })]
#[tokio::test]
async fn refusal_is_told_by_its_manner(#[case] server: Server, #[case] expected: Ending) {
    // A race between the server's end and this side's request must not show: so, several times.
    for _ in 0..5 {
        assert_eq!(ask(server).await.ended, expected);
        if matches!(expected, Ending::Timeout { .. }) {
            break;
        }
    }
}

#[tokio::test]
async fn answer_that_is_not_http_is_shown() {
    let transcript = ask(Server::SpeaksOtherwise).await;
    assert!(
        matches!(transcript.ended, Ending::ProtocolError { layer: Layer::Response, .. }),
        "{transcript:?}"
    );
    assert_eq!(transcript.connection().unwrap().raw.head, r"\x15\x03\x03\x00\x02\x02P");
}

#[rstest]
#[case::ok("HTTP/1.1 200 OK\r\nserver: envoy\r\ncontent-length: 2\r\n\r\nok", 200, "ok")]
#[case::denied(
    "HTTP/1.1 403 Forbidden\r\ncontent-length: 19\r\n\r\nRBAC: access denied",
    403,
    "RBAC: access denied"
)]
#[case::chunked("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "ok")]
#[case::until_close("HTTP/1.1 200 OK\r\n\r\nok", 200, "ok")]
#[case::redirect("HTTP/1.1 301 Moved\r\nlocation: https://a/\r\ncontent-length: 0\r\n\r\n", 301, "")]
#[tokio::test]
async fn answer_is_told(#[case] answer: &'static str, #[case] status: u16, #[case] body: &str) {
    let transcript = ask(Server::Answers(answer)).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let http = transcript.http().unwrap();
    assert_eq!((http.status, http.body.text.as_str()), (status, body));
    assert_eq!(http.body.length, body.len() as u64);
}

#[tokio::test]
async fn port_without_a_listener_refuses() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let transcript = observe(&order(port, get())).await;
    assert_eq!(transcript.ended, Ending::Refused);
    assert_eq!(transcript.connection().unwrap().attempts[0].outcome, ConnectOutcome::Refused);
}

#[tokio::test]
async fn next_address_is_tried() {
    let port = serve(|stream| play(Server::Answers("HTTP/1.1 200 OK\r\n\r\n"), stream)).await;
    let mut order = order(port, get());
    order.hosts.insert("localhost".into(), vec!["127.0.0.2".parse().unwrap(), "127.0.0.1".parse().unwrap()]);
    let transcript = observe(&order).await;
    let outcomes: Vec<_> = transcript.connections[0].attempts.iter().map(|a| a.outcome.clone()).collect();
    assert_eq!(outcomes, [ConnectOutcome::Refused, ConnectOutcome::Connected]);
    assert_eq!(transcript.ended, Ending::Answered);
}

#[tokio::test]
async fn connection_that_nobody_accepts_times_out() {
    // A listener whose queue is full lets a connection wait.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        waiting.push(stream);
    }
    let mut order = order(address.port(), get());
    order.deadline_ms = 300;
    let transcript = observe(&order).await;
    assert_eq!(transcript.ended, Ending::Timeout { layer: Layer::Connect });
    assert_eq!(transcript.connection().unwrap().attempts[0].outcome, ConnectOutcome::TimedOut);
}

#[tokio::test]
async fn name_without_address_is_unresolved() {
    let mut order = Order::new("no such name", 80, get());
    order.deadline_ms = 3_000;
    let transcript = observe(&order).await;
    assert!(matches!(
        transcript.ended,
        Ending::Unresolved { .. } | Ending::Timeout { layer: Layer::Resolve }
    ));
}

#[tokio::test]
async fn request_is_sent_as_ordered() {
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let port = serve(move |mut stream| {
        let sender = sender.clone();
        async move {
            sender.send(read_head(&mut stream).await).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let request = HttpOrder {
        method: "PUT".into(),
        path: "/a?b=c".into(),
        host: Some("other.example".into()),
        headers: vec![("x-one".into(), "1".into())],
        body: Payload::Text("body".into()),
        ..HttpOrder::default()
    };
    observe(&order(port, request)).await;
    assert_eq!(
        received.recv().await.unwrap(),
        "PUT /a?b=c HTTP/1.1\r\nhost: other.example\r\nx-one: 1\r\ncontent-length: 4\r\n\r\n"
    );
}

#[rstest]
#[case::method(HttpOrder { method: "G ET".into(), ..get() })]
#[case::path(HttpOrder { path: "a b".into(), ..get() })]
#[case::host(HttpOrder { host: Some("\n".into()), ..get() })]
#[case::header(HttpOrder { headers: vec![("a b".into(), String::new())], ..get() })]
#[case::body(HttpOrder { body: Payload::Base64("?".into()), ..get() })]
#[tokio::test]
async fn order_that_is_no_request_is_not_sent(#[case] request: HttpOrder) {
    let port = serve(|stream| play(Server::Hangs, stream)).await;
    let transcript = observe(&order(port, request)).await;
    assert!(matches!(transcript.ended, Ending::NotSent { .. }), "{:?}", transcript.ended);
}

#[tokio::test]
async fn order_of_another_version_is_not_sent() {
    let order = Order { version: ORDER_VERSION + 1, ..order(1, get()) };
    assert!(matches!(observe(&order).await.ended, Ending::NotSent { .. }));
}

#[tokio::test]
async fn bytes_are_sent_and_an_answer_is_read() {
    let port = serve(|mut stream| async move {
        let mut four = [0; 4];
        stream.read_exact(&mut four).await.unwrap();
        stream.write_all(&four).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let echo =
        BytesOrder { send: Payload::Base64("cGluZw==".into()), want_bytes: 4, ..BytesOrder::default() };
    let transcript = observe(&order(port, echo)).await;
    assert_eq!(transcript.ended, Ending::Answered);
    assert_eq!(transcript.connection().unwrap().raw.head, "ping");
    let silent = BytesOrder { listen_ms: 50, ..BytesOrder::default() };
    assert_eq!(observe(&order(port, silent)).await.ended, Ending::Silent);
}

#[tokio::test]
async fn stream_that_is_there_is_used() {
    let (here, mut there) = tokio::io::duplex(1024);
    tokio::spawn(async move {
        read_head(&mut there).await;
        there.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    });
    let transcript = observe_on(&Order::new("nowhere.invalid", 80, get()), here).await;
    assert_eq!(transcript.ended, Ending::Answered);
    assert_eq!(transcript.http().unwrap().status, 204);
    assert!(transcript.connection().unwrap().attempts.is_empty());
}
