//! A proxy on loopback before the fake API server, which delays, refuses, cuts and closes as the dice say.

use super::api_server::{Answer, ApiServer, refusal};
use super::chance::{Dice, Odds, Trouble};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

type AnswerBody = UnsyncBoxBody<Bytes, io::Error>;

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// Begins to listen.
    pub(crate) async fn start(api_server: Arc<ApiServer>, odds: Odds) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let dice = Arc::new(Dice::new(odds));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&api_server), Arc::clone(&dice)));
            }
        });
        Self { address, _tasks: tasks }
    }
}

async fn serve(stream: TcpStream, api_server: Arc<ApiServer>, dice: Arc<Dice>) {
    let service = service_fn(|request: Request<Incoming>| answer(request, &api_server, &dice));
    // A connection that ends with an error was meant to.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    api_server: &ApiServer,
    dice: &Dice,
) -> io::Result<Response<AnswerBody>> {
    let uri = request.uri();
    let query = uri.query().unwrap_or_default();
    let is_watch = query.contains("watch=true");
    let answer = || api_server.answer(uri.path(), query);
    match dice.throw(&uri.to_string()) {
        None if is_watch => Ok(silent_watch()),
        None => Ok(whole(answer())),
        Some(Trouble::Delayed(delay)) => {
            let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + delay, delay);
            ticks.tick().await;
            Ok(if is_watch { silent_watch() } else { whole(answer()) })
        }
        Some(Trouble::Silent) => std::future::pending().await,
        Some(Trouble::Reset) => Err(ErrorKind::ConnectionReset.into()),
        Some(Trouble::Cut) => Ok(cut(answer())),
        Some(Trouble::Refused(code)) => Ok(whole(refusal(code, "chaos says no"))),
    }
}

/// Nothing ever changes.
fn silent_watch() -> Response<AnswerBody> {
    Response::new(StreamBody::new(futures::stream::pending::<io::Result<Frame<Bytes>>>()).boxed_unsync())
}

fn whole((code, document): Answer) -> Response<AnswerBody> {
    let body = Full::new(Bytes::from(document.to_string())).map_err(|never| match never {});
    Response::builder().status(code).header("retry-after", "0").body(body.boxed_unsync()).unwrap()
}

fn cut((code, document): Answer) -> Response<AnswerBody> {
    let text = document.to_string();
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let frames = [Ok(Frame::data(half)), Err(ErrorKind::UnexpectedEof.into())];
    let body = StreamBody::new(futures::stream::iter(frames)).boxed_unsync();
    Response::builder().status(code).header("content-length", text.len()).body(body).unwrap()
}
