//! The client of one run: its user agent tells an API server's audit log which check of which run sent a request.

use http::header::{HeaderValue, USER_AGENT};
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

/// A client for a cluster that a provider named. Whoever uses it gives it a name: see [`named`].
pub fn connect(config: kube::Config) -> Result<kube::Client, kube::Error> {
    kube::Client::try_from(config)
}

/// The same client, on the same connections, under this name.
pub fn with_user_agent(client: &kube::Client, agent: &UserAgent) -> kube::Client {
    let Ok(value) = HeaderValue::from_str(&agent.to_string()) else { return client.clone() };
    let (client, namespace) = (client.clone(), client.default_namespace().to_owned());
    let service = tower::service_fn(move |mut request: http::Request<kube::client::Body>| {
        let client = client.clone();
        // The last who names it wins: a check's own requests go through the client of its run.
        request.headers_mut().entry(USER_AGENT).or_insert_with(|| value.clone());
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
