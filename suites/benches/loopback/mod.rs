//! An HTTP server on loopback that answers as an API server does. It counts what it is asked.

use futures::stream::{BoxStream, StreamExt};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What it answers.
pub(crate) enum Answer {
    /// A document.
    Whole(Bytes),
    /// The lines of a watch.
    Lines(BoxStream<'static, Bytes>),
    /// There is no such path, or no such object.
    NotFound,
}

/// A server that runs until it is dropped.
pub(crate) struct Loopback {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
    _connections: JoinSet<()>,
}

impl Loopback {
    /// Begins to listen. A request is answered by its path and its query.
    pub(crate) async fn start(answer: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (answer, requests) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
        let mut connections = JoinSet::new();
        let count = Arc::clone(&requests);
        connections.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
                let service = service_fn(move |request: Request<Incoming>| {
                    count.fetch_add(1, Ordering::Relaxed);
                    let uri = request.uri();
                    let answer = answer(uri.path(), uri.query().unwrap_or_default());
                    async move { Ok::<_, Infallible>(response(answer)) }
                });
                open.spawn(async move {
                    // A client that goes away is no failure.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, requests, _connections: connections }
    }

    /// How many requests there were since this was asked last.
    pub(crate) fn take_requests(&self) -> usize {
        self.requests.swap(0, Ordering::Relaxed)
    }
}

fn response(answer: Answer) -> Response<UnsyncBoxBody<Bytes, Infallible>> {
    let (code, body) = match answer {
        Answer::Whole(document) => (200, Full::new(document).boxed_unsync()),
        Answer::Lines(lines) => {
            (200, StreamBody::new(lines.map(|line| Ok(Frame::data(line)))).boxed_unsync())
        }
        Answer::NotFound => {
            let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404,
                "reason": "NotFound", "message": "there is no such path"});
            (404, Full::new(Bytes::from(status.to_string())).boxed_unsync())
        }
    };
    Response::builder().status(code).body(body).unwrap()
}

/// What an API server says of the kinds that it serves, by their full names and versions.
pub(crate) fn discovery<'a>(served: impl IntoIterator<Item = (&'a str, &'a str)>, is_core: bool) -> Answer {
    let mut groups = BTreeMap::<(&str, &str), Vec<Value>>::new();
    for (name, version) in served {
        let (plural, group) = name.split_once('.').unwrap_or((name, ""));
        if group.is_empty() == is_core {
            groups.entry((group, version)).or_default().push(json!({
                "resource": plural, "scope": "Namespaced", "verbs": ["list", "watch"],
                "responseKind": {"group": group, "version": version, "kind": plural},
            }));
        }
    }
    let mut items = BTreeMap::<&str, Vec<Value>>::new();
    for ((group, version), resources) in groups {
        items.entry(group).or_default().push(json!({"version": version, "resources": resources}));
    }
    let items: Vec<_> = items
        .into_iter()
        .map(|(group, versions)| json!({"metadata": {"name": group}, "versions": versions}))
        .collect();
    let list = json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": items});
    Answer::Whole(Bytes::from(list.to_string()))
}

/// What an API server says of its version.
pub(crate) fn version() -> Answer {
    let version = json!({"major": "1", "minor": "34", "gitVersion": "v1.34.0", "gitCommit": "", "gitTreeState": "",
        "buildDate": "", "goVersion": "", "compiler": "", "platform": ""});
    Answer::Whole(Bytes::from(version.to_string()))
}
