//! What decides whether a call within the mesh is let through: all AuthorizationPolicies, and the trust domains of its callers.

use crate::reading::root_namespace::root_namespace;
use crate::reading::trust_domain::mesh_trust_domains;
use semantics::istio::authorization::Trust;
use view::authorization_policy::AuthorizationPolicy;
use vocabulary::{HarnessError, Objects};
use world::Context;

/// The policies of the cluster, and how they read.
#[derive(Debug)]
pub struct AuthorizationGround {
    /// The policies.
    pub policies: Objects<AuthorizationPolicy>,
    /// The namespace whose policies are for the whole mesh.
    pub root_namespace: String,
    /// What is missing to know that it is.
    pub missing_root: Option<String>,
    /// The trust domain of the mesh, and then its aliases. `None`: it is not known.
    trust_domains: Option<Vec<String>>,
}

impl AuthorizationGround {
    /// Reads it.
    pub async fn read(cx: &Context) -> Result<Self, HarnessError> {
        let (root_namespace, missing_root) = root_namespace(cx).await?;
        Ok(Self {
            policies: cx.known_objects().await?,
            root_namespace,
            missing_root,
            trust_domains: mesh_trust_domains(cx).await?,
        })
    }

    /// What is known of the trust domain of callers within the mesh.
    pub fn trust(&self) -> Option<Trust<'_>> {
        let of_mesh = self.trust_domains.as_deref()?;
        Some(Trust { of_caller: of_mesh.first()?, of_mesh })
    }
}
