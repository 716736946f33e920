//! A cluster that exists: a named context of a kubeconfig, with the authentication of that context.

use crate::provider::error::{ProviderError, first_request_error};
use crate::provider::interface::Provider;
use cluster::client::{self, UserAgent};
use futures::future::{BoxFuture, FutureExt};
use inputs::Inputs;
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::path::PathBuf;
use std::time::Duration;
use vocabulary::{Capability, Tier};

/// How long connecting to the API server may take. Its answer may take longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

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

    fn connect<'a>(&'a self, agent: &'a UserAgent) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        connect_context(self.describe(), self.kubeconfig.clone(), Some(self.context.clone()), agent).boxed()
    }
}

/// A client for a context of a kubeconfig, after the API server has answered once. `cluster` names it for a person.
pub async fn connect_context(
    cluster: String,
    kubeconfig: Kubeconfig,
    context: Option<String>,
    agent: &UserAgent,
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
    let client = client::connect(config).map_err(|error| unusable(Box::new(error)))?;
    let client = client::with_user_agent(&client, agent);
    client.apiserver_version().await.map_err(|error| first_request_error(cluster.clone(), error))?;
    Ok(client)
}
