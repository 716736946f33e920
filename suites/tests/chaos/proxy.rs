//! A proxy on loopback before the fake API server, which delays, refuses, cuts and closes as the dice say.

use super::api_server::{Answer, ApiServer, refusal};
use super::chance::{Dice, Odds, Trouble, WatchTrouble, pause};
use super::forwarded_port::{Pods, forward};
use super::refusals::Refusals;
use super::resource_path::{ResourcePath, parameter};
use futures::stream::{self, BoxStream, StreamExt};
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, io::Error>;

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    _tasks: JoinSet<()>,
}

/// What all connections of a proxy share.
#[derive(Debug)]
struct Shared {
    api_server: Arc<ApiServer>,
    dice: Dice,
    refusals: Refusals,
    pods: Pods,
}

impl Proxy {
    /// Begins to listen.
    pub(crate) async fn start(
        api_server: Arc<ApiServer>,
        odds: Odds,
        refusals: Refusals,
        pods: Pods,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { api_server, dice: Dice::new(odds), refusals, pods });
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, _tasks: tasks }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request: Request<Incoming>| shared.answer(request));
    // A connection that ends with an error was meant to.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> io::Result<Response<AnswerBody>> {
        if let Some(refused) = self.refusals.refuse(&request) {
            return Ok(whole(refused));
        }
        let uri = format!("{} {}", request.method(), request.uri());
        match self.dice.throw(&uri) {
            None => self.answer_calmly(request).await,
            Some(Trouble::Delayed(delay)) => {
                pause(delay).await;
                self.answer_calmly(request).await
            }
            Some(Trouble::Silent) => {
                self.document(request).await;
                std::future::pending().await
            }
            Some(Trouble::Reset) => Err(ErrorKind::ConnectionReset.into()),
            Some(Trouble::Cut) => Ok(cut(self.document(request).await)),
            Some(Trouble::Refused(code)) => Ok(whole(refusal(code, "chaos says no"))),
        }
    }

    async fn answer_calmly(&self, request: Request<Incoming>) -> io::Result<Response<AnswerBody>> {
        let uri = request.uri();
        // none: a URI without a query asks for nothing
        let (path, query) = (uri.path().to_owned(), uri.query().unwrap_or_default().to_owned());
        if parameter(&query, "watch") == Some("true") {
            // Versions of a watch differ from run to run.
            let which = format!("{path} {:?}", parameter(&query, "fieldSelector"));
            let trouble = self.refusals.disturb(&which).or_else(|| self.dice.throw_for_watch(&which));
            return Ok(streamed(disturbed(self.api_server.watch(&path, &query).boxed(), trouble)));
        }
        let asked = ResourcePath::parse(&path);
        match asked.as_ref().and_then(|asked| asked.subresource.as_deref()) {
            Some("portforward") => Ok(forward(request, &self.pods, &self.refusals, &self.dice)),
            Some("log") => Ok(streamed(stream::iter([self.log(&asked.unwrap(), &query)]).boxed())),
            _ => Ok(whole(self.document(request).await)),
        }
    }

    /// What a request is answered with that is neither a watch nor a connection to a pod.
    async fn document(&self, request: Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        // none: a URI without a query asks for nothing
        let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
        if head.method == Method::GET {
            return self.api_server.answer(path, query);
        }
        match body.collect().await {
            Ok(body) => self.api_server.write(&head.method, path, &body.to_bytes()),
            Err(error) => refusal(400, &error.to_string()),
        }
    }

    fn log(&self, pod: &ResourcePath, query: &str) -> String {
        let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
        let (namespace, name) = (part(pod.namespace.as_deref()), part(pod.name.as_deref()));
        self.api_server.log(&format!("{namespace}/{name}/{}", part(parameter(query, "container"))))
    }
}

/// The lines of a watch with what goes wrong with it.
fn disturbed(events: BoxStream<'static, Value>, trouble: Option<WatchTrouble>) -> BoxStream<'static, String> {
    let line = |event: Value| format!("{event}\n");
    let failed = |code: u16| line(json!({"type": "ERROR", "object": refusal(code, "chaos says no").1}));
    let mark = |version: u64| {
        line(
            json!({"type": "BOOKMARK", "object": {"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": version.to_string()}}}),
        )
    };
    let first = match trouble {
        None => Vec::new(),
        Some(WatchTrouble::Ends) => return stream::empty().boxed(),
        Some(WatchTrouble::Expires) => return stream::iter([failed(410)]).boxed(),
        Some(WatchTrouble::Fails) => vec![failed(500)],
        Some(WatchTrouble::Garbles) => vec!["<html>chaos says no</html>\n".to_owned()],
        Some(WatchTrouble::Marks) => vec![mark(1), mark(1)],
        Some(WatchTrouble::Lags) => {
            let late = events.then(move |event| async move {
                pause(Duration::from_millis(50)).await;
                stream::iter([line(event.clone()), line(event)])
            });
            return late.flatten().boxed();
        }
    };
    stream::iter(first).chain(events.map(line)).boxed()
}

fn streamed(lines: BoxStream<'static, String>) -> Response<AnswerBody> {
    let frames = lines.map(|line| Ok(Frame::data(Bytes::from(line))));
    Response::new(StreamBody::new(frames).boxed_unsync())
}

pub(crate) fn whole((code, document): Answer) -> Response<AnswerBody> {
    let body = Full::new(Bytes::from(document.to_string())).map_err(|never| match never {});
    Response::builder().status(code).header("retry-after", "0").body(body.boxed_unsync()).unwrap()
}

fn cut((code, document): Answer) -> Response<AnswerBody> {
    let text = document.to_string();
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let frames = [Ok(Frame::data(half)), Err(ErrorKind::UnexpectedEof.into())];
    let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
    Response::builder().status(code).header("content-length", text.len()).body(body).unwrap()
}
