//! Attachment: whether a policy is for a pod.

use crate::certainty::Certainty;
use crate::known_labels::KnownLabels;
use view::authorization_policy::AuthorizationPolicy;
use vocabulary::View;

/// The label of the pods of a Gateway of the Gateway API, which policies name instead of selecting them.
const GATEWAY_NAME: &str = "gateway.networking.k8s.io/gateway-name";
const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// A pod with a proxy.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizedPod<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its labels, as far as they are known.
    pub labels: KnownLabels<'a>,
}

impl AuthorizedPod<'_> {
    /// Whether a policy is for this pod: one of its namespace or of the root namespace that selects it.
    ///
    /// One that names objects is for the pods of a Gateway of the Gateway API, and for no others; that such a pod has no such
    /// label is taken for known. Read in `ListAuthorizationPolicies` of `pilot/pkg/model/authorization.go` and
    /// `ShouldAttachPolicy` of `pilot/pkg/model/policyattachment.go`.
    pub fn is_governed_by(&self, policy: &AuthorizationPolicy, root_namespace: &str) -> Certainty {
        let (namespace, spec) = (policy.meta().namespace.as_str(), &policy.spec);
        if namespace != self.namespace && namespace != root_namespace {
            return Certainty::No;
        }
        let older = spec.target_ref.as_slice();
        let targets = if spec.target_refs.is_empty() { older } else { &spec.target_refs };
        if targets.is_empty() {
            let selector = spec.selector.as_ref();
            return selector.map_or(Certainty::Yes, |one| self.labels.are_selected_by(&one.match_labels));
        }
        let Some(gateway) = self.labels.get(GATEWAY_NAME) else { return Certainty::No };
        let names_it = targets.iter().any(|target| {
            target.group == GATEWAY_GROUP
                && target.kind == "Gateway"
                && target.name == gateway
                && [self.namespace, ""].contains(&target.namespace.as_str())
        });
        (names_it && namespace == self.namespace).into()
    }
}
