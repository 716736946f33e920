//! A cluster that exists: a named context of a kubeconfig, with whatever authentication that context uses.

use super::{Provider, ProviderError, classify};
use crate::check::{Capability, Tier};
use crate::cluster::client::{self, UserAgent};
use crate::inputs::Inputs;
use futures::future::{BoxFuture, FutureExt};
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::path::PathBuf;
use std::time::Duration;

/// How long the API server may take to answer the first request.
const FIRST_ANSWER: Duration = Duration::from_secs(10);

/// See the module text.
#[derive(Debug)]
pub struct Live {
    context: String,
    kubeconfig: Kubeconfig,
    allowed: Tier,
}

impl Live {
    /// Finds the named context. Nothing is sent yet.
    pub fn find(inputs: &Inputs) -> Result<Self, ProviderError> {
        let path = inputs.kubeconfig.clone().unwrap_or_else(default_kubeconfig);
        let kubeconfig = Kubeconfig::read_from(&path)
            .map_err(|source| ProviderError::Kubeconfig { path: path.clone(), source: Box::new(source) })?;
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

fn default_kubeconfig() -> PathBuf {
    let from_environment = std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
    if let Some(value) = from_environment {
        return std::env::split_paths(&value).next().unwrap_or_default();
    }
    std::env::home_dir().unwrap_or_default().join(".kube").join("config")
}

impl Provider for Live {
    fn describe(&self) -> String {
        format!("context {}", self.context)
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        self.allowed
    }

    fn is_settling(&self) -> bool {
        false
    }

    fn connect<'a>(&'a self, agent: &'a UserAgent) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        open(self.describe(), self.kubeconfig.clone(), Some(self.context.clone()), agent).boxed()
    }
}

/// A client for a context of a kubeconfig, after the API server has answered once.
pub(crate) async fn open(
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
    config.connect_timeout = Some(FIRST_ANSWER);
    let client = client::connect(config, agent).map_err(|error| unusable(Box::new(error)))?;
    client.apiserver_version().await.map_err(|error| classify(cluster.clone(), error))?;
    Ok(client)
}
