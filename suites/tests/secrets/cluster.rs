//! A cluster that is a function, and a server on this machine: both tell what was planted.

use super::planting::{Planting, planting};
use cluster::client::RequestPolicy;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use kube::client::Body;
use serde_json::{Value, json};
use stack::provider::{Provider, ProviderError};
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::TcpListener;
use vocabulary::{Capability, Tier};

type Answer = UnsyncBoxBody<Bytes, Infallible>;

/// See the module text.
#[derive(Debug)]
pub(crate) struct FakeProvider;

impl Provider for FakeProvider {
    fn describe(&self) -> String {
        planting().cluster.clone()
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        Tier::Traffic
    }

    fn watches_changes(&self) -> bool {
        false
    }

    fn connect<'a>(&'a self, _: &'a RequestPolicy) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        let service = tower::service_fn(|request: Request<Body>| async move {
            let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
            Ok::<_, Infallible>(answer(planting(), path, query))
        });
        async move { Ok(kube::Client::new(service, "default")) }.boxed()
    }
}

fn discovery(path: &str) -> Value {
    let kind = |group: &str, plural: &str, kind: &str| {
        json!({"resource": plural, "scope": "Namespaced", "verbs": ["list", "watch"],
               "responseKind": {"group": group, "version": "v1", "kind": kind}})
    };
    let (group, kinds) = if path == "/api" {
        (
            "",
            vec![kind("", "pods", "Pod"), kind("", "secrets", "Secret"), kind("", "configmaps", "ConfigMap")],
        )
    } else {
        ("fakes.test", vec![kind("fakes.test", "lamps", "Lamp")])
    };
    let item = json!({"metadata": {"name": group}, "versions": [{"version": "v1", "resources": kinds}]});
    json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": [item]})
}

fn answer(planting: &Planting, path: &str, query: &str) -> Response<Answer> {
    if query.contains("watch=true") {
        let silence = futures::stream::pending::<Result<Frame<Bytes>, Infallible>>();
        return Response::new(StreamBody::new(silence).boxed_unsync());
    }
    let text = if path == "/api" || path == "/apis" {
        discovery(path).to_string()
    } else if path.ends_with("/log") {
        if query.contains("follow=true") { planting.lines.join("\n") + "\n" } else { planting.log.clone() }
    } else {
        let name =
            query.split("metadata.name%3D").nth(1).map(|rest| rest.split('&').next().unwrap_or_default());
        let is_named = |object: &&Value| name.is_none_or(|name| object["metadata"]["name"] == name);
        let resource = path.rsplit('/').next().unwrap_or_default();
        let items: Vec<_> =
            planting.objects.get(resource).into_iter().flatten().filter(is_named).cloned().collect();
        json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items})
            .to_string()
    };
    Response::new(Full::new(Bytes::from(text)).boxed_unsync())
}

/// Serves what was planted in answers, by their number in the path. The port.
pub(crate) fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => request.extend(&buffer[..read]),
                    _ => break,
                }
            }
            let request = String::from_utf8_lossy(&request).into_owned();
            let number = request.split(['/', ' ']).nth(2).and_then(|path| path.parse::<usize>().ok());
            let Some((headers, body)) = number.and_then(|number| planting().answers.get(number)) else {
                continue;
            };
            let head = headers
                .iter()
                .fold(String::new(), |head, (name, value)| format!("{head}{name}: {value}\r\n"));
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n{head}\r\n{body}"
            );
        }
    });
    port
}
