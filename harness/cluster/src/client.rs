//! The client of one run: the one way to an API server.
//!
//! Its user agent tells an API server's audit log which check of which run sent a request. Each request has a deadline, and
//! what only reads is repeated where it failed for a reason that passes by itself.

use crate::request_guard::{MaxAttempts, RequestGuard};
use crate::request_limits::RequestLimits;
use crate::retry_counts::RetryCounts;
use http::Request;
use http::header::{HeaderValue, USER_AGENT};
use kube::client::Body;
use std::fmt;

/// The name under which requests are sent.
#[derive(Debug, Clone)]
pub struct UserAgent {
    run: String,
    check: Option<&'static str>,
}

impl UserAgent {
    /// The user agent of a run.
    pub fn of_run(run: impl Into<String>) -> Self {
        Self { run: run.into(), check: None }
    }

    /// The user agent of a check, for requests that no other check shares.
    pub fn of_check(run: impl Into<String>, check: &'static str) -> Self {
        Self { run: run.into(), check: Some(check) }
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, check } = self;
        let version = env!("CARGO_PKG_VERSION");
        match check {
            Some(check) => write!(f, "meshproof/{version} ({check}; run {run})"),
            None => write!(f, "meshproof/{version} (run {run})"),
        }
    }
}

/// How the requests of a run are sent: under which name, within which limits, and where those that are repeated are counted.
#[derive(Debug, Clone)]
pub struct RequestPolicy {
    /// The name.
    pub agent: UserAgent,
    /// The limits.
    pub limits: RequestLimits,
    /// The count of what was repeated.
    pub retries: RetryCounts,
}

impl RequestPolicy {
    /// The policy of a run.
    pub fn of_run(run: impl Into<String>) -> Self {
        let agent = UserAgent::of_run(run);
        Self { agent, limits: RequestLimits::default(), retries: RetryCounts::default() }
    }
}

/// A client for a cluster that a provider named.
pub fn connect(mut config: kube::Config, policy: &RequestPolicy) -> Result<kube::Client, kube::Error> {
    // kube's own retries know no deadline, count nothing, and repeat writes, too.
    config.default_retry = false;
    Ok(guarded(&kube::Client::try_from(config)?, policy))
}

/// The same client, on the same connections, with this policy.
pub fn guarded(client: &kube::Client, policy: &RequestPolicy) -> kube::Client {
    let guard = RequestGuard::new(client.clone(), policy.limits, policy.retries.clone());
    let service = tower::service_fn(move |request: Request<Body>| guard.clone().send(request));
    let guarded = kube::Client::new(service, client.default_namespace());
    with_user_agent(&guarded, &policy.agent)
}

/// The same client, on the same connections, under this name.
pub fn with_user_agent(client: &kube::Client, agent: &UserAgent) -> kube::Client {
    let Ok(value) = HeaderValue::from_str(&agent.to_string()) else { return client.clone() };
    // The last who names it wins: a check's own requests go through the client of its run.
    with_change(client, move |request| {
        request.headers_mut().entry(USER_AGENT).or_insert_with(|| value.clone());
    })
}

/// The same client, for who repeats requests by itself, or would rather have an error than wait for an answer: what only
/// reads is sent at most so often.
#[must_use]
pub fn with_attempts(client: &kube::Client, most: usize) -> kube::Client {
    with_change(client, move |request| {
        request.extensions_mut().get_or_insert(MaxAttempts(most));
    })
}

/// The same client, which changes each request before it is sent.
fn with_change(client: &kube::Client, change: impl Fn(&mut Request<Body>) + Send + 'static) -> kube::Client {
    let (client, namespace) = (client.clone(), client.default_namespace().to_owned());
    let service = tower::service_fn(move |mut request: Request<Body>| {
        let client = client.clone();
        change(&mut request);
        async move { client.send(request).await }
    });
    kube::Client::new(service, namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_stands_before_its_run() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(UserAgent::of_run("r").to_string(), format!("meshproof/{version} (run r)"));
        assert_eq!(
            UserAgent::of_check("r", "a::b::c").to_string(),
            format!("meshproof/{version} (a::b::c; run r)")
        );
    }
}
