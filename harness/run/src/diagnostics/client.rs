//! The requests with which diagnostics are collected: bounded in number and time, shared between checks, and redacted
//! before anybody sees the answer.

use crate::diagnostics::answer_cache::{AnswerCache, CachedAnswer};
use crate::diagnostics::plan::DebugEndpoint;
use crate::diagnostics::pod_name::PodName;
use cluster::answer;
use cluster::client::with_attempts;
use futures::future::FutureExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DynamicObject, ListParams, LogParams};
use kube::core::ApiResource;
use probe::{HttpOrder, Order};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use testbed::forward;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use vocabulary::{chain, millis};

/// How many requests of all checks run at once: the API server and the probes have other work.
const MAX_CONCURRENT_REQUESTS: usize = 12;
/// How long an answer about objects and logs is reused for another check.
const MAX_AGE: Duration = Duration::from_secs(2);
/// How long a proxy's answer is reused.
const MAX_AGE_OF_PROXY: Duration = Duration::from_secs(10);
/// How often a request is sent at most: what the API server says of a failure is worth more than a late answer.
const ATTEMPTS: usize = 3;
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);
/// How many objects of one list are read.
const MAX_OBJECTS: u32 = 2_000;
/// How many bytes of one answer are read.
const MAX_ANSWER_BYTES: usize = 16 << 20;
/// How many lines of a log are read.
pub(crate) const MAX_LOG_LINES: i64 = 3_000;

/// A request for a list of objects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListRequest<'a> {
    pub(crate) resource: &'a ApiResource,
    /// None: of the whole cluster.
    pub(crate) namespace: Option<&'a str>,
    /// None: all of them.
    pub(crate) name: Option<&'a str>,
}

/// A client of the API server for diagnostics; see the module text.
pub(crate) struct DiagnosticsClient {
    client: kube::Client,
    /// Whether it may forward to ports of pods, which is a `create`.
    may_forward: bool,
    permits: Semaphore,
    lists: AnswerCache<Vec<Value>>,
    texts: AnswerCache<String>,
}

impl std::fmt::Debug for DiagnosticsClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DiagnosticsClient").field("may_forward", &self.may_forward).finish_non_exhaustive()
    }
}

impl DiagnosticsClient {
    pub(crate) fn new(client: &kube::Client, may_forward: bool) -> Self {
        let permits = Semaphore::new(MAX_CONCURRENT_REQUESTS);
        let client = with_attempts(client, ATTEMPTS);
        Self { client, may_forward, permits, lists: AnswerCache::default(), texts: AnswerCache::default() }
    }

    /// Objects, in the version and with the verb for which judging has the right: `list`.
    pub(crate) async fn list(&self, request: ListRequest<'_>, deadline: Instant) -> CachedAnswer<Vec<Value>> {
        let ListRequest { resource, namespace, name } = request;
        let key = format!("{}.{} {namespace:?} {name:?}", resource.plural, resource.group);
        let fetch = async {
            let _permit = self.permits.acquire().await;
            let client = self.client.clone();
            let api: Api<DynamicObject> = match namespace {
                Some(namespace) => Api::namespaced_with(client, namespace, resource),
                None => Api::all_with(client, resource),
            };
            let mut params = ListParams::default().limit(MAX_OBJECTS);
            params.field_selector = name.map(|name| format!("metadata.name={name}"));
            let failed = |error| describe_error(error, &format!("list {}", full_name(resource)));
            if holds_secrets(resource) {
                Ok(to_values(api.list_metadata(&params).await.map_err(failed)?.items))
            } else {
                Ok(to_values(api.list(&params).await.map_err(failed)?.items))
            }
        };
        self.lists.get(&key, MAX_AGE, request_deadline(deadline), fetch).await
    }

    /// The last lines of a log, each with its time.
    pub(crate) async fn log(
        &self,
        pod: &PodName,
        container: &str,
        previous: bool,
        deadline: Instant,
    ) -> CachedAnswer<String> {
        let key = format!("log {pod} {container} {previous}");
        let fetch = async {
            let _permit = self.permits.acquire().await;
            let params = LogParams {
                container: Some(container.to_owned()),
                previous,
                timestamps: true,
                tail_lines: Some(MAX_LOG_LINES),
                limit_bytes: i64::try_from(MAX_ANSWER_BYTES).ok(),
                ..LogParams::default()
            };
            let pods: Api<Pod> = Api::namespaced(self.client.clone(), &pod.namespace);
            let text = pods.logs(&pod.name, &params).await;
            redact_text(text.map_err(|error| describe_error(error, "get pods/log"))?).await
        };
        self.texts.get(&key, MAX_AGE, request_deadline(deadline), fetch).await
    }

    /// The document at a port of a pod.
    pub(crate) async fn debug_document(
        &self,
        pod: &PodName,
        endpoint: &DebugEndpoint,
        deadline: Instant,
    ) -> CachedAnswer<String> {
        if !self.may_forward {
            return Err("it is read by a pod's port, and a run that only reads forwards to none; `--allow traffic` would".to_owned());
        }
        let key = format!("{pod}:{}{}", endpoint.port, endpoint.path);
        let fetch = async {
            let _permit = self.permits.acquire().await;
            let request = HttpOrder { path: endpoint.path.to_owned(), ..HttpOrder::default() };
            let order = Order {
                keep_bytes: MAX_ANSWER_BYTES,
                deadline_ms: millis(REQUEST_TIMEOUT),
                ..Order::new("localhost", endpoint.port, request)
            };
            let (client, namespace, name) = (self.client.clone(), pod.namespace.clone(), pod.name.clone());
            let transcript = forward::send_order(client, namespace, name, endpoint.port, &order).await;
            let transcript = transcript.map_err(|error| chain(&error))?;
            match transcript.http() {
                Some(http) if http.status != 200 => Err(format!("it answered with HTTP {}", http.status)),
                Some(http) if transcript.ended.is_answered() => redact_text(http.body.text.clone()).await,
                _ => Err(transcript.ended.to_string()),
            }
        };
        self.texts.get(&key, MAX_AGE_OF_PROXY, request_deadline(deadline), fetch.boxed()).await
    }
}

/// The deadline of one request within that of the whole collection.
fn request_deadline(deadline: Instant) -> Instant {
    deadline.min(Instant::now() + REQUEST_TIMEOUT)
}

/// Whether objects of a resource may hold secrets: only their metadata is read.
fn holds_secrets(resource: &ApiResource) -> bool {
    resource.group.is_empty() && matches!(resource.plural.as_str(), "secrets" | "configmaps")
}

fn to_values<T: Serialize>(objects: Vec<T>) -> Vec<Value> {
    objects.into_iter().filter_map(|object| serde_json::to_value(object).ok()).collect()
}

fn full_name(resource: &ApiResource) -> String {
    let ApiResource { plural, group, .. } = resource;
    if group.is_empty() { plural.clone() } else { format!("{plural}.{group}") }
}

/// Why there is no answer. Where a right is missing, it is `right`.
fn describe_error(error: kube::Error, right: &str) -> String {
    match error {
        kube::Error::Api(status) if status.code == 403 => {
            format!(
                "no right to {right}; `meshproof rbac --diagnostics` prints the rights that evidence needs"
            )
        }
        error => chain(&answer::ApiServerError::from(error)),
    }
}

/// The text without secrets; JSON is pretty-printed. It runs on a thread for blocking work, since checks that send need
/// theirs.
async fn redact_text(text: String) -> Result<String, String> {
    let redacted = tokio::task::spawn_blocking(move || {
        if text.starts_with(['{', '['])
            && let Ok(mut value) = serde_json::from_str::<Value>(&text)
        {
            redact::value(&mut value);
            return serde_json::to_string_pretty(&value).unwrap_or_default();
        }
        redact::text(&text).into_owned()
    });
    redacted.await.map_err(|error| error.to_string())
}
