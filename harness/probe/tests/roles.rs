//! The two roles, as a client and a server of the same machine meet them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use probe::roles::{ReceivedRequest, Settings, client, server};
use probe::{
    Batch, BytesOrder, Concurrency, Ending, HttpOrder, HttpVersion, Layer, Order, Payload, Transcript,
    observe,
};
use rstest::rstest;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::time::{Duration, Instant};
use support::{get, order, reset, serve};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;

struct Server {
    port: u16,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

async fn start() -> Server {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = oneshot::channel();
    let identity = BTreeMap::from([("POD_NAME".to_owned(), "a".to_owned())]);
    let stopped = async move {
        let _ = stopped.await;
    };
    let served = tokio::spawn(server::serve_on(listener, identity, stopped));
    Server { port, stop, served }
}

fn asking(path: &str) -> HttpOrder {
    HttpOrder { path: path.into(), ..get() }
}

async fn ask(port: u16, request: HttpOrder) -> Transcript {
    let mut order = order(port, request);
    order.keep_bytes = 16_384;
    observe(&order).await
}

#[rstest]
#[case::h1(HttpVersion::H1, "HTTP/1.1")]
#[case::h2(HttpVersion::H2, "HTTP/2.0")]
#[tokio::test]
async fn server_answers_with_what_it_received(#[case] version: HttpVersion, #[case] spoken: &str) {
    let server = start().await;
    let request = HttpOrder {
        method: "POST".into(),
        headers: vec![("x-forwarded-client-cert".into(), "URI=spiffe://a".into())],
        body: Payload::Text("hello".into()),
        version,
        ..asking("/a?b=c")
    };
    let transcript = ask(server.port, request).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let answer = transcript.http().unwrap();
    assert_eq!((answer.status, answer.version.as_str()), (200, spoken));
    let received: ReceivedRequest = serde_json::from_str(&answer.body.text).unwrap();
    assert_eq!((received.method.as_str(), received.version.as_str()), ("POST", spoken));
    assert!(received.path.ends_with("/a?b=c"), "{}", received.path);
    assert_eq!(received.header("X-Forwarded-Client-Cert"), Some("URI=spiffe://a"));
    assert_eq!((received.body.text.as_str(), received.identity["POD_NAME"].as_str()), ("hello", "a"));

    let all = ask(server.port, asking("/received")).await;
    let all: Vec<ReceivedRequest> = serde_json::from_str(&all.http().unwrap().body.text).unwrap();
    assert_eq!(all, [received]);
}

#[rstest]
#[case::status("/?status=503", 503, None)]
#[case::size("/?size=100000", 200, Some(100_000))]
#[case::nothing("/?status=202&size=0", 202, Some(0))]
#[case::stream("/?stream=3&every=5ms", 200, Some(21))]
#[case::nonsense("/?sleep=long", 400, None)]
#[case::healthy("/healthz", 200, Some(3))]
#[tokio::test]
async fn server_does_what_it_is_asked(#[case] path: &str, #[case] status: u16, #[case] length: Option<u64>) {
    let server = start().await;
    let transcript = ask(server.port, asking(path)).await;
    let answer = transcript.http().unwrap();
    assert_eq!(answer.status, status);
    assert_eq!(answer.body.length, length.unwrap_or(answer.body.length));
}

#[tokio::test]
async fn server_fails_on_demand() {
    let server = start().await;
    let closed = ask(server.port, asking("/?fail=close")).await;
    assert_eq!(closed.ended, Ending::Closed { layer: Layer::Request, after_bytes: 0 });
    let broken = ask(server.port, asking("/?fail=body")).await;
    assert!(matches!(broken.ended, Ending::Closed { layer: Layer::Body, .. }), "{:?}", broken.ended);
}

#[tokio::test]
async fn request_in_flight_is_finished() {
    let server = start().await;
    let asked = tokio::spawn(ask(server.port, asking("/?sleep=400ms")));
    // Sent, and not yet answered.
    tokio::time::timeout(Duration::from_millis(150), std::future::pending::<()>()).await.unwrap_err();
    server.stop.send(()).unwrap();
    assert_eq!(asked.await.unwrap().ended, Ending::Answered);
    server.served.await.unwrap();
    assert_eq!(ask(server.port, get()).await.ended, Ending::Refused);
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

async fn until_answered(port: u16) {
    let begun = Instant::now();
    while !ask(port, asking("/healthz")).await.ended.is_answered() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the binary does not answer");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn binary_finishes_requests_when_it_is_terminated() {
    let (port, line) = (free_port().await, free_port().await);
    let mut child = Command::new(env!("CARGO_BIN_EXE_meshproof-probe"))
        .arg("server")
        .env("PORT", port.to_string())
        .env("LINE_PORTS", line.to_string())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    until_answered(port).await;
    let spoken = observe(&order(line, BytesOrder { want_bytes: 10, ..BytesOrder::default() })).await;
    assert_eq!(spoken.connection().unwrap().raw.head, r"meshproof\n");

    let asked = tokio::spawn(ask(port, asking("/?sleep=500ms")));
    tokio::time::timeout(Duration::from_millis(200), std::future::pending::<()>()).await.unwrap_err();
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    assert_eq!(asked.await.unwrap().http().unwrap().status, 200);
    assert!(child.wait().await.unwrap().success());
}

#[tokio::test]
async fn client_carries_orders_out() {
    let server = start().await;
    let refusing = serve(|stream| async { reset(stream) }).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let client = listener.local_addr().unwrap().port();
    tokio::spawn(client::serve_on(listener, std::future::pending()));
    for turns in [Concurrency::Together, Concurrency::OneByOne] {
        let orders: Vec<Order> = [server.port, refusing].map(|port| order(port, get())).into();
        let body = serde_json::to_string(&Batch { turns, orders }).unwrap();
        let request = HttpOrder { method: "POST".into(), body: Payload::Text(body), ..asking("/orders") };
        let answer = ask(client, request).await;
        let transcripts: Vec<Transcript> = serde_json::from_str(&answer.http().unwrap().body.text).unwrap();
        let ended: Vec<_> = transcripts.into_iter().map(|transcript| transcript.ended).collect();
        assert_eq!(ended, [Ending::Answered, Ending::Reset { layer: Layer::Request, after_bytes: 0 }]);
    }
    let settings = Settings { client_port: client, ..Settings::from_variables(|_| None).unwrap() };
    assert_eq!(client::is_ready(&settings).await, Ok(()));
    let nonsense = HttpOrder { method: "POST".into(), ..asking("/orders") };
    assert_eq!(ask(client, nonsense).await.http().unwrap().status, 400);
}

#[tokio::test]
async fn client_that_is_not_there_is_not_ready() {
    let settings = Settings { client_port: free_port().await, ..Settings::from_variables(|_| None).unwrap() };
    assert_eq!(client::is_ready(&settings).await, Err("connection refused".into()));
}
