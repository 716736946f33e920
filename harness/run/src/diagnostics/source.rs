//! The requests with which evidence is collected: bounded in number and time, shared between checks, and redacted before
//! anybody sees the answer.

use crate::diagnostics::plan::DebugEndpoint;
use crate::diagnostics::pod_name::PodName;
use crate::diagnostics::shared::{Answer, Shared};
use cluster::answer;
use futures::future::FutureExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DynamicObject, ListParams, LogParams};
use kube::core::ApiResource;
use probe::{HttpOrder, Order};
use serde_json::Value;
use std::time::Duration;
use testbed::forward;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use vocabulary::chain;

/// How many requests are under way at once, of all checks: the API server and the probes have other work.
const AT_ONCE: usize = 12;
/// How long an answer about objects and logs is good for another check.
const FRESH: Duration = Duration::from_secs(2);
/// How long a proxy's answer is.
const FRESH_OF_PROXY: Duration = Duration::from_secs(10);
/// How long one answer may take.
const EACH: Duration = Duration::from_secs(8);
/// How many objects of one list are read.
const MOST: u32 = 2_000;
/// How much of one answer is read.
const LONGEST: usize = 16 << 20;
/// How many lines of a log are read.
pub(crate) const LINES: i64 = 3_000;

/// A list of objects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'a> {
    pub(crate) resource: &'a ApiResource,
    /// None: of the cluster.
    pub(crate) namespace: Option<&'a str>,
    /// None: all of them.
    pub(crate) name: Option<&'a str>,
}

/// See the module text.
pub(crate) struct Source {
    client: kube::Client,
    /// Whether ports of pods may be forwarded to: that is a `create`.
    forwards: bool,
    permits: Semaphore,
    lists: Shared<Vec<Value>>,
    texts: Shared<String>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("forwards", &self.forwards).finish_non_exhaustive()
    }
}

impl Source {
    pub(crate) fn new(client: kube::Client, forwards: bool) -> Self {
        let permits = Semaphore::new(AT_ONCE);
        Self { client, forwards, permits, lists: Shared::default(), texts: Shared::default() }
    }

    /// Objects, in the version and with the verb for which judging has the right: `list`.
    pub(crate) async fn list(&self, list: List<'_>, deadline: Instant) -> Answer<Vec<Value>> {
        let what =
            format!("{}.{} {:?} {:?}", list.resource.plural, list.resource.group, list.namespace, list.name);
        let fetch = async {
            let _permit = self.permits.acquire().await;
            let client = self.client.clone();
            let api: Api<DynamicObject> = match list.namespace {
                Some(namespace) => Api::namespaced_with(client, namespace, list.resource),
                None => Api::all_with(client, list.resource),
            };
            let mut params = ListParams::default().limit(MOST);
            params.field_selector = list.name.map(|name| format!("metadata.name={name}"));
            let right =
                || format!("list {}", vocabulary::full_name(&list.resource.plural, &list.resource.group));
            if holds_secrets(list.resource) {
                let metadata = api.list_metadata(&params).await.map_err(|error| reason(error, &right()))?;
                return Ok(metadata
                    .items
                    .into_iter()
                    .filter_map(|item| serde_json::to_value(item).ok())
                    .collect());
            }
            let objects = api.list(&params).await.map_err(|error| reason(error, &right()))?;
            Ok(objects.items.into_iter().filter_map(|item| serde_json::to_value(item).ok()).collect())
        };
        self.lists.get(&what, FRESH, each(deadline), fetch).await
    }

    /// The last lines of a log, each with its time.
    pub(crate) async fn log(
        &self,
        pod: &PodName,
        container: &str,
        previous: bool,
        deadline: Instant,
    ) -> Answer<String> {
        let what = format!("log {pod} {container} {previous}");
        let fetch = async {
            let _permit = self.permits.acquire().await;
            let params = LogParams {
                container: Some(container.to_owned()),
                previous,
                timestamps: true,
                tail_lines: Some(LINES),
                limit_bytes: i64::try_from(LONGEST).ok(),
                ..LogParams::default()
            };
            let pods: Api<Pod> = Api::namespaced(self.client.clone(), &pod.namespace);
            let text = pods.logs(&pod.name, &params).await;
            redacted(text.map_err(|error| reason(error, "get pods/log"))?).await
        };
        self.texts.get(&what, FRESH, each(deadline), fetch).await
    }

    /// What a port of a pod answers.
    pub(crate) async fn ask(&self, pod: &PodName, ask: &DebugEndpoint, deadline: Instant) -> Answer<String> {
        if !self.forwards {
            return Err("it is read by a pod's port, and a run that only reads forwards to none; `--allow traffic` would".to_owned());
        }
        let what = format!("{pod}:{}{}", ask.port, ask.path);
        let fetch = async {
            let _permit = self.permits.acquire().await;
            let request = HttpOrder { path: ask.path.to_owned(), ..HttpOrder::default() };
            let order = Order {
                keep_bytes: LONGEST,
                deadline_ms: u64::try_from(EACH.as_millis()).unwrap_or(u64::MAX),
                ..Order::new("localhost", ask.port, request)
            };
            let (client, namespace, name) = (self.client.clone(), pod.namespace.clone(), pod.name.clone());
            let sent = forward::order(client, namespace, name, ask.port, &order).await;
            let transcript = sent.map_err(|error| chain(&error))?;
            match transcript.http() {
                Some(http) if http.status != 200 => Err(format!("it answered with HTTP {}", http.status)),
                Some(http) if transcript.ended.is_answered() => redacted(http.body.text.clone()).await,
                _ => Err(transcript.ended.to_string()),
            }
        };
        self.texts.get(&what, FRESH_OF_PROXY, each(deadline), fetch.boxed()).await
    }
}

fn each(deadline: Instant) -> Instant {
    deadline.min(Instant::now() + EACH)
}

/// Kinds whose contents are nobody's business.
fn holds_secrets(resource: &ApiResource) -> bool {
    resource.group.is_empty() && matches!(resource.plural.as_str(), "secrets" | "configmaps")
}

/// Why there is no answer, with the right that is missing.
fn reason(error: kube::Error, right: &str) -> String {
    match error {
        kube::Error::Api(status) if status.code == 403 => {
            format!("no right to {right}; `docs/auditor.yaml` holds the rights that evidence needs")
        }
        error => chain(&answer::Answer::from(error)),
    }
}

/// The text without secrets; JSON is laid out for a reader. Off the threads on which checks send.
async fn redacted(text: String) -> Result<String, String> {
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
