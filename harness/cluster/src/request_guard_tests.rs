//! Deadlines and repetition, over an API server that is a function.

use super::*;
use crate::client::{RequestPolicy, guarded, with_attempts};
use crate::unanswered::UnansweredRequests;
use bytes::Bytes;
use futures::StreamExt;
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Frame;
use kube::api::{ApiResource, DynamicObject};
use kube::runtime::watcher;
use rstest::rstest;
use std::sync::atomic::AtomicUsize;

/// What an API server does with a request.
#[derive(Debug, Clone, Copy)]
enum Act {
    Answer(u16),
    Wait,
    Reset,
    Refuse,
    Cut,
    Stall,
}

const ATTEMPTS: usize = 3;

fn limits() -> RequestLimits {
    RequestLimits {
        read_head: Duration::from_millis(20),
        write_head: Duration::from_millis(20),
        body: Duration::from_millis(20),
        attempts: ATTEMPTS,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(1),
        longest_retry_after: Duration::from_millis(1),
        ..RequestLimits::default()
    }
}

type FakeBody = UnsyncBoxBody<Bytes, io::Error>;

async fn act(act: Act) -> io::Result<Response<FakeBody>> {
    let whole =
        || Full::new(Bytes::from(r#"{"gitVersion":"v1"}"#)).map_err(|never| match never {}).boxed_unsync();
    let part = || Ok(Frame::data(Bytes::from(r#"{"gitVer"#)));
    match act {
        Act::Answer(code) => {
            let response = Response::builder().status(code).header(RETRY_AFTER, "3600");
            Ok(response.body(whole()).unwrap())
        }
        Act::Wait => std::future::pending().await,
        Act::Reset => Err(ErrorKind::ConnectionReset.into()),
        Act::Refuse => Err(ErrorKind::ConnectionRefused.into()),
        Act::Cut => {
            let frames = [part(), Err(ErrorKind::UnexpectedEof.into())];
            Ok(Response::new(StreamBody::new(futures::stream::iter(frames)).boxed_unsync()))
        }
        Act::Stall => {
            let frames = futures::stream::iter([part()]).chain(futures::stream::pending());
            Ok(Response::new(StreamBody::new(frames).boxed_unsync()))
        }
    }
}

/// A client of an API server that does these things, the last one again and again; and how often it was asked.
fn client(acts: &'static [Act]) -> (kube::Client, RequestPolicy, Arc<AtomicUsize>) {
    client_within(limits(), acts)
}

fn client_within(
    limits: RequestLimits,
    acts: &'static [Act],
) -> (kube::Client, RequestPolicy, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let number = Arc::clone(&asked);
    let service = tower::service_fn(move |_: Request<Body>| {
        act(acts[number.fetch_add(1, Ordering::Relaxed).min(acts.len() - 1)])
    });
    let policy = RequestPolicy { limits, ..RequestPolicy::of_run("r") };
    (guarded(&kube::Client::new(service, "default"), &policy), policy, asked)
}

fn request(method: &str, path: &str) -> Request<Vec<u8>> {
    Request::builder().method(method).uri(path).body(Vec::new()).unwrap()
}

fn text(error: kube::Error) -> String {
    vocabulary::chain(&crate::answer::ApiServerError::from(error))
}

#[rstest]
#[case::too_many(&[Act::Answer(429), Act::Answer(200)], "1 request was repeated (429: 1)")]
#[case::webhook(&[Act::Answer(500), Act::Answer(502), Act::Answer(200)], "2 requests were repeated (500: 1, 502: 1)")]
#[case::restart(&[Act::Answer(503), Act::Answer(504), Act::Answer(200)], "2 requests were repeated (503: 1, 504: 1)")]
#[case::silence(&[Act::Wait, Act::Answer(200)], "1 request was repeated (timeout: 1)")]
#[case::reset(&[Act::Reset, Act::Answer(200)], "1 request was repeated (reset: 1)")]
#[case::cut(&[Act::Cut, Act::Answer(200)], "1 request was repeated (cut: 1)")]
#[case::stalled_body(&[Act::Stall, Act::Answer(200)], "1 request was repeated (timeout: 1)")]
#[case::refused_by_one_that_was_there(&[Act::Answer(503), Act::Refuse, Act::Answer(200)], "2 requests were repeated (503: 1, reset: 1)")]
#[tokio::test]
async fn read_is_repeated_until_it_is_answered(#[case] acts: &'static [Act], #[case] expected: &str) {
    let (client, policy, _) = client(acts);
    let answer = client.request_text(request("GET", "/version")).await.unwrap();
    assert_eq!(answer, r#"{"gitVersion":"v1"}"#);
    assert_eq!(policy.retries.retries().to_string(), expected);
}

#[rstest]
#[case::attempts_end("GET", &[Act::Answer(503)], ATTEMPTS)]
#[case::silence_ends("GET", &[Act::Wait], ATTEMPTS)]
#[case::answer_is_no_failure("GET", &[Act::Answer(403)], 1)]
#[case::gone_is_begun_anew_by_who_lists("GET", &[Act::Answer(410)], 1)]
#[case::nobody_was_ever_there("GET", &[Act::Refuse], 1)]
#[case::create("POST", &[Act::Answer(503)], 1)]
#[case::create_after_a_reset("POST", &[Act::Reset], 1)]
#[case::apply("PATCH", &[Act::Answer(503)], 1)]
#[case::silence_after_a_delete("DELETE", &[Act::Wait], 1)]
#[tokio::test]
async fn request_is_sent_so_often(
    #[case] method: &str,
    #[case] acts: &'static [Act],
    #[case] expected: usize,
) {
    let (client, _, asked) = client(acts);
    client.request_text(request(method, "/api/v1/pods")).await.unwrap_err();
    assert_eq!(asked.load(Ordering::Relaxed), expected);
}

#[tokio::test]
async fn budget_ends_what_attempts_do_not() {
    let limits = RequestLimits { attempts: usize::MAX, budget: Duration::from_millis(60), ..limits() };
    let (client, policy, _) = client_within(limits, &[Act::Wait]);
    let error = client.request_text(request("GET", "/version")).await.unwrap_err();
    assert_eq!(text(error), "no answer within 20ms");
    assert!(!policy.retries.retries().is_empty());
}

#[tokio::test]
async fn watch_has_no_end_and_a_head_in_time() {
    let (stalled, policy, _) = client(&[Act::Answer(503), Act::Stall]);
    let watch = Request::builder().uri("/api/v1/pods?watch=true").body(Body::empty()).unwrap();
    let mut body = stalled.send(watch).await.unwrap().into_body();
    assert!(body.frame().await.unwrap().unwrap().is_data());
    // Longer than any answer with an end may take.
    assert!(timeout(limits().body * 3, body.frame()).await.is_err());
    assert_eq!(policy.retries.retries().total(), 1);

    let (silent, _, asked) = client(&[Act::Wait]);
    let watch = Request::builder().uri("/api/v1/pods?watch=true").body(Body::empty()).unwrap();
    assert!(silent.send(watch).await.is_err());
    assert_eq!(asked.load(Ordering::Relaxed), ATTEMPTS);
}

#[tokio::test]
async fn who_repeats_by_itself_is_not_repeated_for() {
    let (client, _, asked) = client(&[Act::Answer(503)]);
    with_attempts(&client, 1).request_text(request("GET", "/version")).await.unwrap_err();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn answer_that_is_too_large_is_not_asked_for_again() {
    let limits = RequestLimits { body_bytes: 4, ..limits() };
    let (client, _, asked) = client_within(limits, &[Act::Answer(200)]);
    let error = client.request_text(request("GET", "/version")).await.unwrap_err();
    assert_eq!(text(error), "the answer could not be read to its end: length limit exceeded");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn watch_that_ends_without_a_word_is_begun_anew_after_a_pause() {
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let service = tower::service_fn(move |request: Request<Body>| {
        let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
        count.fetch_add(usize::from(is_watch), Ordering::Relaxed);
        let list = r#"{"kind":"List","metadata":{"resourceVersion":"1"},"items":[]}"#;
        let body = Full::new(Bytes::from(if is_watch { "" } else { list }));
        async move { Ok::<_, io::Error>(Response::new(body)) }
    });
    let limits = RequestLimits { shortest_watch: Duration::from_millis(50), ..limits() };
    let policy = RequestPolicy { limits, ..RequestPolicy::of_run("r") };
    let client = guarded(&kube::Client::new(service, "default"), &policy);
    let lamps = ApiResource::from_gvk_with_plural(&crate::kinds::gvk("fakes.test/v1", "Lamp"), "lamps");
    let lamps = kube::Api::<DynamicObject>::all_with(client, &lamps);
    let events = crate::watch::watch(lamps, watcher::Config::default()).for_each(|_| std::future::ready(()));
    timeout(Duration::from_millis(500), events).await.unwrap_err();
    let begun = begun.load(Ordering::Relaxed);
    assert!((2..=11).contains(&begun), "begun {begun} times");
}

/// What is known of a request when nobody waits for its answer any longer.
#[rstest]
#[case::refused(&[Act::Answer(503)], Some("the API server answered with 503 Service Unavailable"))]
#[case::reset(&[Act::Reset], Some("connection reset"))]
#[case::answered_after_a_failure(&[Act::Answer(503), Act::Answer(200)], None)]
#[tokio::test]
async fn who_stops_waiting_knows_how_a_request_failed(
    #[case] acts: &'static [Act],
    #[case] expected: Option<&str>,
) {
    let (client, ..) = client_within(RequestLimits { attempts: usize::MAX, ..limits() }, acts);
    let requests = UnansweredRequests::default();
    let asked = requests.noting(client.request_text(request("GET", "/version")));
    // The answer is of no matter, nor whether there is one.
    let _ = timeout(Duration::from_millis(50), asked).await;
    assert_eq!(requests.last_seen().as_deref(), expected);
}

#[tokio::test]
async fn silence_is_told_as_such() {
    let limits = RequestLimits { read_head: Duration::from_mins(1), ..limits() };
    let (client, ..) = client_within(limits, &[Act::Wait]);
    let requests = UnansweredRequests::default();
    let asked = requests.noting(client.request_text(request("GET", "/version")));
    timeout(Duration::from_millis(20), asked).await.unwrap_err();
    let last_seen = requests.last_seen().unwrap();
    assert!(last_seen.starts_with("no answer within "), "{last_seen}");
}
