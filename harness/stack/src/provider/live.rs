//! A cluster that exists: a named context of a kubeconfig, with the authentication of that context.

use crate::provider::error::{ProviderError, first_request_error};
use crate::provider::interface::Provider;
use cluster::client::{self, RequestPolicy};
use futures::future::{BoxFuture, FutureExt};
use inputs::Inputs;
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::oneshot;
use vocabulary::{Capability, Tier};

/// How long connecting to the API server may take. Its answer may take longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the exec plugin of a context may take. It may ask a person to log in.
const LOGIN_TIMEOUT: Duration = Duration::from_mins(2);

/// No client could be made, because the exec plugin of the context did not end.
#[derive(Debug, Error)]
#[error("its exec plugin did not end within {}", humantime::format_duration(*.0))]
struct LoginTimeoutError(Duration);

/// A cluster that exists.
#[derive(Debug)]
pub struct LiveCluster {
    context: String,
    kubeconfig: Kubeconfig,
    allowed: Tier,
}

impl LiveCluster {
    /// Finds the context that the inputs name. Nothing is sent yet.
    pub fn find(inputs: &Inputs) -> Result<Self, ProviderError> {
        let (path, kubeconfig) = read_kubeconfig(inputs.kubeconfig.clone())?;
        let known: Vec<_> = kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
        let Some(context) = inputs.context.clone() else {
            return Err(ProviderError::NoContext { known });
        };
        if !known.contains(&context) {
            return Err(ProviderError::UnknownContext { context, path, known });
        }
        Ok(Self { context, kubeconfig, allowed: inputs.allow })
    }
}

/// The names of the contexts in the kubeconfig.
pub fn contexts(inputs: &Inputs) -> Result<Vec<String>, ProviderError> {
    let (_, kubeconfig) = read_kubeconfig(inputs.kubeconfig.clone())?;
    Ok(kubeconfig.contexts.into_iter().map(|context| context.name).collect())
}

/// Reads the named kubeconfig, or those of `$KUBECONFIG` merged, or the user's own. Its current context is never used.
fn read_kubeconfig(named: Option<PathBuf>) -> Result<(PathBuf, Kubeconfig), ProviderError> {
    let (path, kubeconfig) = match (named, std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty())) {
        (Some(path), _) => (path.clone(), Kubeconfig::read_from(path)),
        (None, Some(value)) => (value.into(), Kubeconfig::from_env().map(Option::unwrap_or_default)),
        (None, None) => {
            // none: without a home there is no such file, which is an error that names it
            let path = std::env::home_dir().unwrap_or_default().join(".kube").join("config");
            (path.clone(), Kubeconfig::read_from(path))
        }
    };
    match kubeconfig {
        Ok(kubeconfig) => Ok((path, kubeconfig)),
        Err(source) => Err(ProviderError::Kubeconfig { path, source: Box::new(source) }),
    }
}

impl Provider for LiveCluster {
    fn describe(&self) -> String {
        format!("context {}", self.context)
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        self.allowed
    }

    fn watches_changes(&self) -> bool {
        false
    }

    fn connect<'a>(
        &'a self,
        policy: &'a RequestPolicy,
    ) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        connect_context(self.describe(), self.kubeconfig.clone(), Some(self.context.clone()), policy).boxed()
    }
}

/// A client for a context of a kubeconfig, after the API server has answered once. `cluster` names it for a person.
pub async fn connect_context(
    cluster: String,
    kubeconfig: Kubeconfig,
    context: Option<String>,
    policy: &RequestPolicy,
) -> Result<kube::Client, ProviderError> {
    let unusable = |source: Box<dyn std::error::Error + Send + Sync>| ProviderError::Unusable {
        cluster: cluster.clone(),
        source,
    };
    let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| unusable(Box::new(error)))?;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    let client = log_in(config, policy.clone(), LOGIN_TIMEOUT).await.map_err(unusable)?;
    client.apiserver_version().await.map_err(|error| first_request_error(cluster.clone(), error))?;
    Ok(client)
}

/// Makes a client. An exec plugin of the context runs to its end first.
async fn log_in(
    config: kube::Config,
    policy: RequestPolicy,
    limit: Duration,
) -> Result<kube::Client, Box<dyn std::error::Error + Send + Sync>> {
    let (sender, receiver) = oneshot::channel();
    let runtime = tokio::runtime::Handle::current();
    // A thread of its own, for kube waits for the plugin, and a runtime that ends waits for its blocking threads.
    std::thread::spawn(move || {
        let _runtime = runtime.enter();
        // Nobody receives it any more after the timeout.
        // none: nobody waits for it any more
        let _ = sender.send(client::connect(config, &policy));
    });
    match tokio::time::timeout(limit, receiver).await {
        Ok(made) => Ok(made??),
        Err(_) => Err(Box::new(LoginTimeoutError(limit))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::config::{AuthInfo, ExecConfig};

    #[tokio::test]
    async fn exec_plugin_that_does_not_end_is_an_error() {
        let exec: ExecConfig = serde_json::from_value(serde_json::json!({
            "apiVersion": "client.authentication.k8s.io/v1", "command": "sleep", "args": ["60"], "interactiveMode": "Never",
        }))
        .unwrap();
        let mut config = kube::Config::new("http://127.0.0.1:9".parse().unwrap());
        config.auth_info = AuthInfo { exec: Some(exec), ..AuthInfo::default() };
        let made = log_in(config, RequestPolicy::of_run("r"), Duration::from_millis(50)).await;
        assert_eq!(made.err().unwrap().to_string(), "its exec plugin did not end within 50ms");
    }
}
