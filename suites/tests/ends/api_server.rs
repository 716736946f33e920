//! An API server on this machine that does not answer, as a whole or when one resource is listed.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

/// How long a test waits for the request that is not answered.
const ASKED_WITHIN: Duration = Duration::from_secs(30);

/// What the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// It takes connections, and answers nothing.
    SaysNothing,
    /// It serves one resource of the mesh, and never lists it. All others are empty.
    HangsOnOneList,
}

/// See the module text.
pub(crate) struct ApiServer {
    port: u16,
    hangs: Receiver<()>,
}

impl ApiServer {
    pub(crate) fn begin(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, hangs) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, sender) = (stream.unwrap(), sender.clone());
                std::thread::spawn(move || serve(stream, behaviour, &sender));
            }
        });
        Self { port, hangs }
    }

    pub(crate) fn kubeconfig(&self) -> String {
        format!(
            "apiVersion: v1\nkind: Config\nclusters:\n- name: here\n  cluster: {{server: 'http://127.0.0.1:{}'}}\n\
             contexts:\n- name: current\n  context: {{cluster: here, user: nobody}}\nusers:\n- name: nobody\n  user: {{}}\n",
            self.port
        )
    }

    /// Returns once it was asked what it does not answer.
    pub(crate) fn await_hang(&self) {
        self.hangs.recv_timeout(ASKED_WITHIN).unwrap();
    }
}

/// Answers the requests of a connection until one is not to be answered, which keeps the connection open.
fn serve(stream: TcpStream, behaviour: Behaviour, hangs: &Sender<()>) {
    let mut answers = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(request)) = lines.next() {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        // A request without a body ends in an empty line.
        while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        if behaviour == Behaviour::SaysNothing || path.contains("/peerauthentications") {
            let _ = hangs.send(());
            std::thread::park();
        }
        let body = answer(&path).to_string();
        let length = body.len();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
        if write!(answers, "{head}\r\ncontent-length: {length}\r\n\r\n{body}").is_err() {
            return;
        }
    }
}

fn answer(path: &str) -> Value {
    let group = |group: &str, plural: &str, kind: &str| {
        let resource = json!({"resource": plural, "scope": "Namespaced", "verbs": ["list", "watch"],
                              "responseKind": {"group": group, "version": "v1", "kind": kind}});
        json!({"metadata": {"name": group}, "versions": [{"version": "v1", "resources": [resource]}]})
    };
    let discovery = |groups: &[Value]| json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": groups});
    match path.split('?').next().unwrap_or_default() {
        "/version" => {
            json!({"major": "1", "minor": "34", "gitVersion": "v1.34.0", "gitCommit": "", "gitTreeState": "",
                             "buildDate": "", "goVersion": "", "compiler": "", "platform": ""})
        }
        "/api" => discovery(&[group("", "pods", "Pod")]),
        "/apis" => discovery(&[
            group("security.istio.io", "peerauthentications", "PeerAuthentication"),
            group("networking.istio.io", "gateways", "Gateway"),
        ]),
        _ => json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}),
    }
}
