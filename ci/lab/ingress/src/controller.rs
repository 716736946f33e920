//! The reconciler: for each Ingress of its class, the `VirtualServices` and the status.
//!
//! Objects are written by server-side apply and owned by their Ingress, so that the garbage collector removes
//! them with it: no finalizer, hence nothing that could keep an Ingress from being deleted.
use std::error::Error;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams, Preconditions};
use kube::core::ApiResource;
use kube::runtime::controller::Action;
use kube::runtime::reflector::{self, Store};
use kube::runtime::{Controller, WatchStreamExt as _, watcher};
use kube::{Client, ResourceExt as _};
use serde_json::json;
use tracing::{debug, info, warn};

use crate::config::{self, ConfigError, GatewayConfig};
use crate::kingress::{self, Ingress};
use crate::routes::{self, Gateways};
use crate::status::{IngressStatus, LoadBalancer};
use crate::virtual_service::{self, VirtualService};

const FIELD_MANAGER: &str = "meshproof-lab-ingress";
/// The API server's word for it.
const NAMESPACE_TERMINATING: &str = "NamespaceTerminating";
const RETRY: Duration = Duration::from_secs(2);

/// Where the controller runs.
#[derive(Debug)]
pub(crate) struct Location {
    /// The namespace of Knative Serving and of `config-istio`.
    pub(crate) system_namespace: String,
    /// The domain of the cluster's Services.
    pub(crate) cluster_domain: String,
}

/// Why an Ingress has no routes.
#[derive(Debug, thiserror::Error)]
enum ReconcileError {
    #[error("config-istio is not usable")]
    Config(#[from] ConfigError),
    #[error("could not compute the probe hash")]
    Hash(#[from] serde_json::Error),
    #[error("the watch of config-istio ended")]
    ConfigWatch(#[from] reflector::store::WriterDropped),
    #[error("the ingress has no namespace")]
    NoNamespace,
    #[error("could not {action} {object}")]
    Api {
        action: &'static str,
        object: String,
        #[source]
        source: kube::Error,
    },
}

impl ReconcileError {
    /// The reason of the conditions, one word.
    fn reason(&self) -> &'static str {
        match self {
            Self::Config(_) => "ConfigurationInvalid",
            _ => "ReconcileVirtualServiceFailed",
        }
    }

    /// The message of the conditions: the error and its causes, an answer of the API server in its own words.
    fn message(&self) -> String {
        if let Self::Api { source: kube::Error::Api(status), .. } = self {
            return format!("{self}: {}", status.message);
        }
        let causes = iter::successors(Some(self as &dyn Error), |error| Error::source(*error));
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    /// Whether the ingress is about to be deleted with its namespace, in which nothing can be created.
    fn is_namespace_terminating(&self) -> bool {
        let Self::Api { source: kube::Error::Api(status), .. } = self else { return false };
        let details = status.details.as_ref();
        details
            .is_some_and(|details| details.causes.iter().any(|cause| cause.reason == NAMESPACE_TERMINATING))
    }
}

struct Context {
    client: Client,
    location: Location,
    config: Store<ConfigMap>,
    virtual_services: ApiResource,
    ingresses: ApiResource,
}

/// Reconciles for as long as the process lives.
pub(crate) async fn run(client: Client, location: Location) {
    let (config, writer) = reflector::store();
    let config_maps: Api<ConfigMap> = Api::namespaced(client.clone(), &location.system_namespace);
    let only_config = watcher::Config::default().fields(&format!("metadata.name={}", config::NAME));
    let config_changes = reflector::reflector(writer, watcher(config_maps, only_config))
        .default_backoff()
        .touched_objects()
        .filter_map(|change| std::future::ready(change.ok().map(drop)));

    let context = Arc::new(Context {
        client: client.clone(),
        location,
        config,
        virtual_services: virtual_service::api_resource(),
        ingresses: kingress::api_resource(),
    });
    let ingresses: Api<Ingress> = Api::all_with(client.clone(), &context.ingresses);
    let owned: Api<DynamicObject> = Api::all_with(client, &context.virtual_services);
    Controller::new_with(ingresses, watcher::Config::default(), context.ingresses.clone())
        .owns_with(owned, context.virtual_services.clone(), watcher::Config::default())
        .reconcile_all_on(config_changes)
        .run(reconcile, retry, context)
        .for_each(|result| {
            // What is left after `retry`: watches that start again, and objects that are gone.
            if let Err(error) = result {
                debug!(error = &error as &dyn std::error::Error, "not reconciled");
            }
            std::future::ready(())
        })
        .await;
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of an error policy")]
fn retry(ingress: Arc<Ingress>, error: &ReconcileError, _: Arc<Context>) -> Action {
    let (namespace, name) = (ingress.namespace().unwrap_or_default(), ingress.name_any());
    warn!(%namespace, %name, "{}", error.message());
    match error {
        ReconcileError::Config(_) => Action::await_change(),
        _ => Action::requeue(RETRY),
    }
}

async fn reconcile(ingress: Arc<Ingress>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    if !kingress::is_served(&ingress) || ingress.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let before = ingress.status.clone().unwrap_or_default();
    let generation = ingress.metadata.generation;
    let now = Time(Timestamp::now());
    let outcome = context.write_routes(&ingress).await;
    if outcome.as_ref().is_err_and(ReconcileError::is_namespace_terminating) {
        return Ok(Action::await_change());
    }
    let status = match &outcome {
        Ok((public, private)) => before.to_ready(generation, public.clone(), private.clone(), &now),
        Err(error) => before.to_failed(generation, error.reason(), &error.message(), &now),
    };
    if status != before {
        context.write_status(&ingress, &status).await?;
    }
    outcome.map(|_| Action::await_change())
}

impl Context {
    async fn write_routes(&self, ingress: &Ingress) -> Result<(LoadBalancer, LoadBalancer), ReconcileError> {
        let config = self.gateway_config().await?;
        let (external, local) = (config.external(ingress.labels()), config.local(ingress.labels()));
        let names =
            |gateways: &[config::Gateway]| gateways.iter().map(|gateway| gateway.name.clone()).collect();
        let gateways = Gateways { external: names(&external), local: names(&local) };
        let routes = routes::plan(ingress, &gateways, &self.location.cluster_domain)?;
        self.put(ingress, &routes::mesh_name(ingress), routes.mesh).await?;
        self.put(ingress, &routes::ingress_name(ingress), routes.ingress).await?;
        Ok((LoadBalancer::from_gateways(&external), LoadBalancer::from_gateways(&local)))
    }

    async fn gateway_config(&self) -> Result<GatewayConfig, ReconcileError> {
        self.config.wait_until_ready().await?;
        let data = self.config.state().first().and_then(|map| map.data.clone()).unwrap_or_default();
        let Location { system_namespace, cluster_domain } = &self.location;
        Ok(GatewayConfig::parse(&data, system_namespace, cluster_domain)?)
    }

    /// Brings one VirtualService to what is wanted, which may be that it is gone.
    async fn put(
        &self,
        ingress: &Ingress,
        name: &str,
        wanted: Option<VirtualService>,
    ) -> Result<(), ReconcileError> {
        let namespace = ingress.namespace().ok_or(ReconcileError::NoNamespace)?;
        let api: Api<DynamicObject> =
            Api::namespaced_with(self.client.clone(), &namespace, &self.virtual_services);
        let failed = |action| {
            let object = format!("virtualservice {namespace}/{name}");
            move |source| ReconcileError::Api { action, object, source }
        };
        if let Some(object) = wanted {
            api.patch(name, &apply_params(), &Patch::Apply(&object)).await.map_err(failed("apply"))?;
            return Ok(());
        }
        let Some(object) = api.get_opt(name).await.map_err(failed("read"))? else { return Ok(()) };
        let is_ours =
            object.owner_references().iter().any(|owner| Some(&owner.uid) == ingress.metadata.uid.as_ref());
        if is_ours {
            let only_this = Preconditions { uid: object.metadata.uid, ..Preconditions::default() };
            let params = DeleteParams { preconditions: Some(only_this), ..DeleteParams::default() };
            api.delete(name, &params).await.map_err(failed("delete"))?;
        }
        Ok(())
    }

    async fn write_status(&self, ingress: &Ingress, status: &IngressStatus) -> Result<(), ReconcileError> {
        let (namespace, name) = (ingress.namespace().ok_or(ReconcileError::NoNamespace)?, ingress.name_any());
        let api: Api<Ingress> = Api::namespaced_with(self.client.clone(), &namespace, &self.ingresses);
        let ApiResource { api_version, kind, .. } = &self.ingresses;
        let patch =
            json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "status": status});
        api.patch_status(&name, &apply_params(), &Patch::Apply(&patch)).await.map_err(|source| {
            let object = format!("the status of ingress {namespace}/{name}");
            ReconcileError::Api { action: "apply", object, source }
        })?;
        info!(%namespace, %name, generation = ingress.metadata.generation, "status written");
        Ok(())
    }
}

fn apply_params() -> PatchParams {
    PatchParams::apply(FIELD_MANAGER).force()
}
