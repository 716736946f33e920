//! A kind cluster that meshproof makes, reuses by its name, and deletes.
//!
//! Its kubeconfig is a file in the state that is kept of it on this machine. A cluster of the same name that meshproof did not
//! make is neither used nor deleted.

mod engine;
mod ready;

use crate::container_engine::{container_id, is_of_ongoing_removal, remove_container};
use crate::program::{LONG, Program, ProgramError};
use crate::provider::error::ProviderError;
use crate::provider::interface::Provider;
use crate::provider::live;
use cluster::client::RequestPolicy;
use cluster::kinds::{Kinds, gvk};
use cluster::lock::ClusterLock;
use cluster::poll;
use cluster::state::State;
use cluster::wait::{self, Readiness, WatchedObjects};
use futures::future::{BoxFuture, FutureExt};
use inputs::{DiscoveredInputs, Inputs, Supply};
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::config::Kubeconfig;
use kube::core::GroupVersionKind;
use kube::runtime::watcher;
use std::time::Duration;
use tokio::time::Instant;
use vocabulary::{Capability, Tier};

/// How long the nodes of a new cluster may take to be ready.
const NODES_READY: Duration = Duration::from_mins(2);
/// How long the engine may take to remove containers that it was told to remove before.
const REMOVAL: Duration = Duration::from_mins(1);
/// The pause between two tries to remove them.
const REMOVAL_PAUSE: Duration = Duration::from_secs(1);

/// A kind cluster that meshproof makes.
#[derive(Debug, Clone)]
pub struct KindCluster {
    inputs: Inputs,
    state: State,
}

/// Whether a cluster was created or reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterOrigin {
    /// It was created.
    Created,
    /// It was there.
    Reused,
}

impl KindCluster {
    /// The cluster that the inputs name. Nothing is asked yet.
    pub fn find(inputs: &Inputs) -> Self {
        Self { inputs: inputs.clone(), state: State::of_cluster(&inputs.kind.name) }
    }

    /// What is kept of it on this machine.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Creates the cluster, or reuses the one of that name that meshproof made. With `fresh`, that one is deleted first.
    pub async fn ensure(&self, fresh: bool, policy: &RequestPolicy) -> Result<ClusterOrigin, ProviderError> {
        engine::check(&self.inputs).await?;
        let made = self.state.made()?;
        if self.exists().await? {
            let Some(made) = made else { return Err(self.not_ours()) };
            // A cluster without a recorded UID was never finished: it is ours, and is replaced.
            if !fresh && made.cluster_uid.is_some() {
                self.recognize(policy).await?;
                return Ok(ClusterOrigin::Reused);
            }
        }
        if self.state.made()?.is_some() {
            self.destroy(policy).await?;
        }
        let created = self.create(policy).await;
        if created.is_err()
            && let Err(error) = self.clean_up().await
        {
            // The error of the creation is returned. What is left is noted in the state, and the next run deletes it.
            tracing::warn!("could not delete what was made: {}", vocabulary::chain(&error));
        }
        created.map(|()| ClusterOrigin::Created)
    }

    /// Deletes the cluster and the containers beside it, if meshproof made them. Returns whether there was anything.
    pub async fn destroy(&self, policy: &RequestPolicy) -> Result<bool, ProviderError> {
        engine::check(&self.inputs).await?;
        let exists = self.exists().await?;
        let Some(made) = self.state.made()? else {
            return if exists { Err(self.not_ours()) } else { Ok(false) };
        };
        if exists && made.cluster_uid.is_some() {
            match self.recognize(policy).await {
                // A cluster that does not answer is recognized by the container of its node.
                Err(ProviderError::Broken { .. }) if self.node().await? == made.node => {}
                result => result?,
            }
        }
        self.clean_up().await?;
        Ok(true)
    }

    async fn create(&self, policy: &RequestPolicy) -> Result<(), ProviderError> {
        let overlay = match self.inputs.supply {
            Supply::Internet => None,
            Supply::Lab => Some("lab"),
        };
        let config = fixtures::kind_config(overlay)?;
        // Noted before it is created, so that what a killed run leaves is known to be ours.
        self.state.note(|_| {})?;
        let kubeconfig = self.state.kubeconfig().display().to_string();
        let name = self.inputs.kind.name.as_str();
        let mut arguments =
            vec!["create", "cluster", "--name", name, "--kubeconfig", &kubeconfig, "--config", "-"];
        if let Some(image) = &self.inputs.kind.node_image {
            arguments.extend(["--image", image]);
        }
        let program = Program::new(&self.inputs.tools.kind, arguments).stdin(config).within(LONG);
        program.run().await.map_err(|source| match source {
            ProgramError::NotFound { program } => ProviderError::NoProgram { program },
            source => ProviderError::Create { cluster: self.describe(), source: Box::new(source) },
        })?;

        let client = self.client(policy).await?;
        self.await_nodes(client.clone()).await?;
        let uid = uid_of(&client).await.map_err(|error| self.broken(&error))?;
        let node = self.node().await?;
        self.state.note(|made| (made.cluster_uid, made.node) = (Some(uid), node))?;
        Ok(())
    }

    /// Waits until pods can run and reach the API server. A pod that starts before kube-proxy has written its rules cannot
    /// connect, and retries only half a minute later.
    async fn await_nodes(&self, client: kube::Client) -> Result<(), ProviderError> {
        let kinds = Kinds::new(client);
        let deadline = Instant::now() + self.inputs.scaled_budget(NODES_READY);
        let nodes = (gvk("v1", "Node"), watcher::Config::default());
        self.await_ready(&kinds, nodes, deadline, ready::nodes).await?;
        let proxy = (gvk("apps/v1", "DaemonSet"), wait::single_object("kube-proxy"));
        self.await_ready(&kinds, proxy, deadline, ready::daemon_sets).await
    }

    async fn await_ready(
        &self,
        kinds: &Kinds,
        (gvk, config): (GroupVersionKind, watcher::Config),
        deadline: Instant,
        judge: fn(&WatchedObjects) -> Readiness,
    ) -> Result<(), ProviderError> {
        let api = kinds.api(&gvk, Some("kube-system")).await.map_err(|error| self.broken(&error))?;
        let Some(api) = api else { return Ok(()) };
        let waited = wait::await_readiness(api, config, deadline, judge, |_| {}).await;
        waited.map_err(|error| self.broken(&error))
    }

    /// Fails unless the cluster answers and is the one that was made.
    async fn recognize(&self, policy: &RequestPolicy) -> Result<(), ProviderError> {
        let client = self.client(policy).await?;
        let uid = uid_of(&client).await.map_err(|error| self.broken(&error))?;
        let made = self.state.made()?.and_then(|made| made.cluster_uid);
        if made.as_ref() == Some(&uid) { Ok(()) } else { Err(self.not_ours()) }
    }

    async fn client(&self, policy: &RequestPolicy) -> Result<kube::Client, ProviderError> {
        let path = self.state.kubeconfig();
        let kubeconfig = Kubeconfig::read_from(&path)
            .map_err(|source| ProviderError::Kubeconfig { path, source: Box::new(source) })?;
        let opened = live::connect_context(self.describe(), kubeconfig, None, policy).await;
        opened.map_err(|error| self.broken(&error))
    }

    /// Removes the containers, the cluster and the state, in that order, so that after an error it can be repeated. What a
    /// run began to remove before it was killed, the engine goes on removing, which is waited for.
    async fn clean_up(&self) -> Result<(), ProviderError> {
        let is_over = |removed: &Result<(), ProviderError>| !matches!(removed, Err(ProviderError::Program(error)) if is_of_ongoing_removal(error));
        let deadline = Instant::now() + REMOVAL;
        let removed = poll::until(REMOVAL_PAUSE, deadline, || self.remove_all(), is_over).await;
        removed.unwrap_or_else(|last| last)?;
        self.state.remove()?;
        Ok(())
    }

    async fn remove_all(&self) -> Result<(), ProviderError> {
        let made = self.state.made()?.unwrap_or_default();
        for container in &made.containers {
            remove_container(&self.inputs, container).await?;
        }
        let kubeconfig = self.state.kubeconfig().display().to_string();
        let name = self.inputs.kind.name.as_str();
        self.kind(["delete", "cluster", "--name", name, "--kubeconfig", &kubeconfig]).await?;
        Ok(())
    }

    async fn exists(&self) -> Result<bool, ProviderError> {
        let clusters = self.kind(["get", "clusters"]).await?;
        Ok(clusters.lines().any(|name| name.trim() == self.inputs.kind.name))
    }

    /// The container id of the first node.
    async fn node(&self) -> Result<Option<String>, ProviderError> {
        let name = format!("{}-control-plane", self.inputs.kind.name);
        Ok(container_id(&self.inputs, &name).await?)
    }

    /// Runs `kind`, and returns its output.
    async fn kind<const N: usize>(&self, arguments: [&str; N]) -> Result<String, ProviderError> {
        Program::new(&self.inputs.tools.kind, arguments).run().await.map_err(ProviderError::from)
    }

    fn not_ours(&self) -> ProviderError {
        ProviderError::NotOurs { cluster: self.inputs.kind.name.clone() }
    }

    fn broken(&self, error: &dyn std::error::Error) -> ProviderError {
        ProviderError::Broken { cluster: self.describe(), reason: vocabulary::chain(error) }
    }
}

impl Provider for KindCluster {
    fn describe(&self) -> String {
        format!("kind cluster {}", self.inputs.kind.name)
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        Tier::Disruptive
    }

    fn watches_changes(&self) -> bool {
        true
    }

    fn known_inputs(&self) -> Result<DiscoveredInputs, ProviderError> {
        Ok(self.state.inputs()?)
    }

    fn state(&self) -> Option<&State> {
        Some(&self.state)
    }

    fn lock(&self) -> Result<Option<ClusterLock>, ProviderError> {
        Ok(Some(ClusterLock::lock(self.state.folder(), self.describe())?))
    }

    /// Connects to the cluster that meshproof made. Another of the same name is an error.
    fn connect<'a>(
        &'a self,
        policy: &'a RequestPolicy,
    ) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        async move {
            let made = self.state.made()?.filter(|made| made.cluster_uid.is_some());
            if made.is_none() {
                return Err(ProviderError::NotMade { cluster: self.inputs.kind.name.clone() });
            }
            self.recognize(policy).await?;
            self.client(policy).await
        }
        .boxed()
    }
}

/// The UID of a cluster: that of its namespace `kube-system`.
async fn uid_of(client: &kube::Client) -> Result<String, kube::Error> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    Ok(namespaces.get("kube-system").await?.metadata.uid.unwrap_or_default())
}
