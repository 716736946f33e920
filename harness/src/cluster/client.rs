//! The client of one run: its user agent tells an API server's audit log which run sent a request.

use http::header::{HeaderValue, USER_AGENT};
use std::fmt;

/// The name under which requests are sent.
#[derive(Debug, Clone)]
pub struct UserAgent {
    run: String,
}

impl UserAgent {
    /// The user agent of a run.
    pub fn of_run(run: impl Into<String>) -> Self {
        Self { run: run.into() }
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "meshproof/{} (run {})", env!("CARGO_PKG_VERSION"), self.run)
    }
}

/// A client for a cluster that a provider named.
pub fn connect(mut config: kube::Config, agent: &UserAgent) -> Result<kube::Client, kube::Error> {
    if let Ok(value) = HeaderValue::from_str(&agent.to_string()) {
        config.headers.push((USER_AGENT, value));
    }
    kube::Client::try_from(config)
}
