//! What a cluster is asked, over an API server that is a function: lists, pages, refusals, and one watch for all waits.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use futures::channel::mpsc;
use futures::{FutureExt, SinkExt, StreamExt};
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use inputs::Inputs;
use kube::client::Body;
use rstest::rstest;
use run::attempt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vocabulary::example::CARD;
use vocabulary::{
    CheckCard, Finding, FindingKind, Flavour, Meta, ObjectKind, Outcome, SkipReason, UnjudgedFinding,
    Verdict, View, object_named,
};
use world::{Check, Context, LiveObjects, ObjectSource};

type Answer = UnsyncBoxBody<Bytes, Infallible>;

#[derive(Debug, Serialize, Deserialize)]
struct Lamp {
    metadata: Meta,
    lit: bool,
}

impl View for Lamp {
    const KIND: ObjectKind = ObjectKind {
        group: "fakes.test",
        kind: "Lamp",
        plural: "lamps",
        namespaced: true,
        versions: &["v1"],
    };
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

const LIT: Check = Check {
    card: CheckCard {
        id: "light::lamps::are_lit",
        title: "all lamps are lit",
        findings: &[FindingKind { code: "unlit", meaning: "m" }],
        ..CARD
    },
    run: |cx| async move { cx.until(|| judge(cx)).await }.boxed(),
};

static ALL_LIT: Check = LIT;
static HURRIED: Check = Check { card: CheckCard { budget: Duration::from_millis(200), ..LIT.card }, ..LIT };

async fn judge(cx: &Context) -> Result<Verdict, vocabulary::HarnessError> {
    let lamps = cx.objects::<Lamp>().await?;
    let findings = lamps
        .iter()
        .filter(|lamp| !lamp.lit)
        .map(|lamp| Finding::new("unlit", lamp.object_ref(), "lit").expected("true").observed("false"))
        .collect();
    Ok(Verdict::judge(findings, || format!("{} lamps", lamps.len())))
}

fn lamp(name: &str, lit: bool) -> Value {
    json!({"apiVersion": "fakes.test/v1", "kind": "Lamp",
           "metadata": {"name": name, "namespace": "room", "resourceVersion": "1"}, "lit": lit})
}

fn list(lamps: &[Value], more: &str) -> Value {
    json!({"apiVersion": "fakes.test/v1", "kind": "LampList",
           "metadata": {"resourceVersion": "1", "continue": more}, "items": lamps})
}

fn discovery(path: &str) -> Value {
    let resource = json!({"resource": "lamps", "scope": "Namespaced", "verbs": ["list", "watch"],
                          "responseKind": {"group": "fakes.test", "version": "v1", "kind": "Lamp"}});
    let group =
        json!({"metadata": {"name": "fakes.test"}, "versions": [{"version": "v1", "resources": [resource]}]});
    let items = if path == "/apis" { vec![group] } else { Vec::new() };
    json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": items})
}

/// An API server that answers discovery itself and hands requests for lamps to `answer`. It notes their URIs.
async fn world<F>(patient: bool, answer: F) -> (Arc<ObjectSource>, Arc<Mutex<Vec<String>>>)
where
    F: Fn(&str) -> Response<Answer> + Clone + Send + Sync + 'static,
{
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&asked);
    let service = tower::service_fn(move |request: Request<Body>| {
        let uri = request.uri().to_string();
        let path = request.uri().path().to_owned();
        let response = if path == "/api" || path == "/apis" {
            json_response(200, &discovery(&path))
        } else {
            notes.lock().unwrap().push(uri.clone());
            answer(&uri)
        };
        async move { Ok::<_, Infallible>(response) }
    });
    let client = kube::Client::new(service, "default");
    (Arc::new(ObjectSource::Live(LiveObjects::connect(client, patient).await.unwrap())), asked)
}

fn json_response(status: u16, body: &Value) -> Response<Answer> {
    Response::builder().status(status).body(Full::new(Bytes::from(body.to_string())).boxed_unsync()).unwrap()
}

async fn run(check: &'static Check, world: &Arc<ObjectSource>) -> Outcome {
    attempt(check, Arc::clone(world), None, Arc::new(Inputs::default()), Flavour("upstream")).await.outcome
}

#[tokio::test]
async fn an_audit_lists_page_by_page_and_watches_nothing() {
    let (world, asked) = world(false, |uri| {
        let first = !uri.contains("continue=");
        let lamps = if first { [lamp("a", true)] } else { [lamp("b", true)] };
        json_response(200, &list(&lamps, if first { "more" } else { "" }))
    })
    .await;
    assert_eq!(run(&ALL_LIT, &world).await, Outcome::passed("2 lamps"));
    assert_eq!(run(&ALL_LIT, &world).await.word(), "passed");
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 2, "two checks share one list of two pages: {asked:?}");
    assert!(asked.iter().all(|uri| !uri.contains("watch")), "{asked:?}");
}

#[rstest]
#[case::listed(false)]
#[case::watched(true)]
#[tokio::test]
async fn a_check_without_a_right_is_skipped_and_the_right_is_named(#[case] is_patient: bool) {
    let (world, _) = world(is_patient, |_| {
        json_response(403, &json!({"kind": "Status", "status": "Failure", "code": 403, "reason": "Forbidden", "message": "no"}))
    })
    .await;
    let reason = SkipReason::NotPermitted { resource: "lamps.fakes.test".to_owned() };
    assert_eq!(run(&ALL_LIT, &world).await, Outcome::Skipped { reason });
}

#[tokio::test]
async fn an_answer_that_does_not_say_whether_it_is_whole_is_no_empty_list() {
    let (world, _) = world(false, |_| json_response(200, &json!({"items": []}))).await;
    let Outcome::Errored { error } = run(&ALL_LIT, &world).await else { panic!("not errored") };
    assert_eq!(
        error,
        "could not read lamps.fakes.test: the answer to the list of lamps.fakes.test has no `metadata`, which tells whether \
         it is whole; does the kubeconfig name an API server, and does nothing before it change what it answers?"
    );
}

#[tokio::test]
async fn an_audit_tells_a_failure_once_in_the_servers_own_words() {
    let (world, _) = world(false, |_| {
        json_response(500, &json!({"kind": "Status", "status": "Failure", "code": 500, "message": "conversion webhook is down: "}))
    })
    .await;
    let Outcome::Errored { error } = run(&ALL_LIT, &world).await else { panic!("not errored") };
    assert_eq!(
        error,
        "could not read lamps.fakes.test: the API server answered 500: conversion webhook is down"
    );
}

#[tokio::test]
async fn a_server_that_fails_ends_as_an_error_with_the_last_answer() {
    let (world, _) = world(true, |_| {
        json_response(503, &json!({"kind": "Status", "status": "Failure", "code": 503, "reason": "ServiceUnavailable", "message": "busy"}))
    })
    .await;
    let Outcome::Errored { error } = run(&HURRIED, &world).await else { panic!("not errored") };
    assert!(error.contains("waiting for the list of lamps.fakes.test") && error.contains("busy"), "{error}");
}

#[tokio::test]
async fn a_wait_judges_again_at_the_event_and_asks_nothing() {
    let (mut sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    let watch = Arc::new(Mutex::new(Some(receiver)));
    let (world, asked) = world(true, move |uri| {
        if !uri.contains("watch=true") {
            return json_response(200, &list(&[lamp("a", false)], ""));
        }
        let frames =
            watch.lock().unwrap().take().unwrap().map(|line| Ok::<_, Infallible>(Frame::data(line.into())));
        Response::new(StreamBody::new(frames).boxed_unsync())
    })
    .await;

    let waiting = tokio::spawn({
        let world = Arc::clone(&world);
        async move { futures::join!(run(&ALL_LIT, &world), run(&ALL_LIT, &world)) }
    });
    let event = json!({"type": "MODIFIED", "object": lamp("a", true)});
    sender.send(format!("{event}\n").into_bytes()).await.unwrap();
    let (one, two) = waiting.await.unwrap();
    assert_eq!((one.word(), two.word()), ("passed", "passed"));
    assert_eq!(asked.lock().unwrap().len(), 2, "one list and one watch for both checks");
}

#[rstest]
#[case::of_the_lamp(&["a", "b"])]
#[case::of_a_lamp_that_is_not_there_yet(&["a"])]
#[tokio::test]
async fn a_wait_for_one_object_is_not_judged_again_when_another_changes(
    #[case] there: &'static [&'static str],
) {
    let (mut sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    let watch = Arc::new(Mutex::new(Some(receiver)));
    let (world, _) = world(true, move |uri| {
        if !uri.contains("watch=true") {
            let lamps: Vec<_> = there.iter().map(|name| lamp(name, false)).collect();
            return json_response(200, &list(&lamps, ""));
        }
        let frames =
            watch.lock().unwrap().take().unwrap().map(|line| Ok::<_, Infallible>(Frame::data(line.into())));
        Response::new(StreamBody::new(frames).boxed_unsync())
    })
    .await;

    let (judged, first) = (AtomicUsize::new(0), tokio::sync::Notify::new());
    let inputs = Arc::new(Inputs::default());
    let cx = Context::new(&ALL_LIT.card, Arc::clone(&world), None, Arc::clone(&inputs), Flavour("upstream"));
    let follower = Context::new(&ALL_LIT.card, world, None, inputs, Flavour("upstream"));
    let waiting = cx.until(|| async {
        let lamp = cx.object::<Lamp>("room", "b").await?;
        judged.fetch_add(1, Ordering::Relaxed);
        first.notify_one();
        let unlit = || Finding::new("unlit", object_named::<Lamp>("room", "b"), "lit").observed("false");
        let is_lit = lamp.is_some_and(|lamp| lamp.lit);
        Ok(if is_lit { Verdict::upheld("it is lit") } else { Verdict::violated(unlit()) })
    });
    let events = async {
        first.notified().await;
        for name in ["a", "c", "a"] {
            let event = json!({"type": "MODIFIED", "object": lamp(name, true)});
            sender.send(format!("{event}\n").into_bytes()).await.unwrap();
        }
        // The wait has had its turn after them when another, for all lamps, has seen them.
        let all = follower.until(|| async {
            let lit = follower.objects::<Lamp>().await?.iter().filter(|lamp| lamp.lit).count();
            let unlit = Finding::new("unlit", object_named::<Lamp>("room", "c"), "lit").observed("false");
            Ok(if lit == 2 { Verdict::upheld("both are lit") } else { Verdict::violated(unlit) })
        });
        assert!(matches!(all.await.unwrap(), Verdict::Upheld { .. }));
        tokio::task::yield_now().await;
        assert_eq!(judged.load(Ordering::Relaxed), 1, "nothing that it read has changed");
        let event = json!({"type": "MODIFIED", "object": lamp("b", true)});
        sender.send(format!("{event}\n").into_bytes()).await.unwrap();
    };
    let (verdict, ()) = futures::join!(waiting, events);
    assert!(matches!(verdict.unwrap(), Verdict::Upheld { .. }));
    assert_eq!(judged.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_wait_whose_watch_is_refused_is_no_failure() {
    let (world, _) = world(true, |uri| {
        if uri.contains("watch=true") {
            return json_response(401, &json!({"kind": "Status", "status": "Failure", "code": 401, "reason": "Unauthorized", "message": "the token has expired"}));
        }
        json_response(200, &list(&[lamp("a", false)], ""))
    })
    .await;
    let Outcome::Errored { error } = run(&ALL_LIT, &world).await else { panic!("not errored") };
    assert_eq!(error, "could not read lamps.fakes.test: the API server answered 401: the token has expired");
}

#[tokio::test]
async fn a_wait_in_vain_ends_with_what_it_last_saw() {
    let (world, _) = world(true, |uri| {
        if uri.contains("watch=true") {
            let silence = futures::stream::pending::<Result<Frame<Bytes>, Infallible>>();
            return Response::new(StreamBody::new(silence).boxed_unsync());
        }
        json_response(200, &list(&[lamp("a", false)], ""))
    })
    .await;
    let outcome = run(&HURRIED, &world).await;
    let [finding] = outcome.findings() else { panic!("{outcome:?}") };
    assert_eq!((finding.code.as_str(), finding.observed.as_str()), ("unlit", "false"));
    assert!(finding.waited_ms.is_some_and(|waited| waited >= 150), "{finding:?}");
}

const ROOM: &str = "/apis/fakes.test/v1/namespaces/room/lamps";

/// An API server for a user who may list one namespace only: there, lamps; elsewhere, a refusal.
fn in_one_room(uri: &str, lamps: &[Value]) -> Option<Response<Answer>> {
    if !uri.starts_with(ROOM) {
        return Some(json_response(
            403,
            &json!({"kind": "Status", "status": "Failure", "code": 403, "reason": "Forbidden", "message": "no"}),
        ));
    }
    (!uri.contains("watch=true")).then(|| json_response(200, &list(lamps, "")))
}

fn of_rooms(world: Arc<ObjectSource>) -> Arc<ObjectSource> {
    let ObjectSource::Live(live) = Arc::into_inner(world).unwrap() else { panic!("not live") };
    let rooms = ["cellar", "room"].map(ToOwned::to_owned);
    Arc::new(ObjectSource::Live(live.with_namespaces(rooms.into())))
}

static KNOWN_LIT: Check = Check {
    run: |cx| {
        async move {
            cx.until(|| async {
                let lamps = cx.known_objects::<Lamp>().await?;
                let mut verdict = judge(cx).await?;
                let rest = |missing| UnjudgedFinding {
                    is_judged_in_part: true,
                    ..UnjudgedFinding::new("unlit", missing)
                };
                verdict.leave(lamps.missing().map(rest).into_iter().collect());
                Ok(verdict)
            })
            .await
        }
        .boxed()
    },
    ..LIT
};

#[tokio::test]
async fn who_may_list_one_namespace_gets_what_can_be_had_there() {
    let lamps = [lamp("a", true)];
    let (world, asked) = world(false, move |uri| in_one_room(uri, &lamps).unwrap()).await;
    let Outcome::Passed { evidence, unjudged } = run(&KNOWN_LIT, &of_rooms(world)).await else {
        panic!("not passed")
    };
    assert_eq!((evidence.as_str(), unjudged.len()), ("1 lamps", 1));
    assert_eq!(unjudged[0].missing, "lamps.fakes.test are known in room only");
    assert_eq!(asked.lock().unwrap().len(), 3, "the cluster, and each namespace once");
}

#[tokio::test]
async fn changes_in_the_namespaces_that_may_be_listed_are_followed() {
    let (mut sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    let watch = Arc::new(Mutex::new(Some(receiver)));
    let (world, _) = world(true, move |uri| {
        in_one_room(uri, &[lamp("a", false)]).unwrap_or_else(|| {
            let frames = watch
                .lock()
                .unwrap()
                .take()
                .unwrap()
                .map(|line| Ok::<_, Infallible>(Frame::data(line.into())));
            Response::new(StreamBody::new(frames).boxed_unsync())
        })
    })
    .await;
    let world = of_rooms(world);
    let waiting = tokio::spawn(async move { run(&KNOWN_LIT, &world).await });
    let event = json!({"type": "MODIFIED", "object": lamp("a", true)});
    sender.send(format!("{event}\n").into_bytes()).await.unwrap();
    assert_eq!(waiting.await.unwrap().word(), "passed");
}

#[tokio::test]
async fn a_wait_in_one_namespace_whose_watch_is_refused_is_no_failure() {
    let (world, _) = world(true, |uri| {
        in_one_room(uri, &[lamp("a", false)]).unwrap_or_else(|| {
            json_response(403, &json!({"kind": "Status", "status": "Failure", "code": 403, "reason": "Forbidden", "message": "lamps may not be watched"}))
        })
    })
    .await;
    let Outcome::Errored { error } = run(&KNOWN_LIT, &of_rooms(world)).await else { panic!("not errored") };
    assert_eq!(
        error,
        "could not read lamps.fakes.test: the API server answered 403: lamps may not be watched"
    );
}
