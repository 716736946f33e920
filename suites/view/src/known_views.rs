//! Every view by its kind, for whoever has an object and does not know which check will ask for it.

use crate::authorization_policy::AuthorizationPolicy;
use crate::config_map::ConfigMap;
use crate::destination_rule::DestinationRule;
use crate::gateway::Gateway;
use crate::ingress::Ingress;
use crate::ingress_class::IngressClass;
use crate::istio::{Istio, IstioCni};
use crate::knative::{KnativeEventing, KnativeServing};
use crate::knative_kafka::KnativeKafka;
use crate::knative_service::KnativeService;
use crate::namespace::Namespace;
use crate::network_policy::NetworkPolicy;
use crate::peer_authentication::PeerAuthentication;
use crate::pod::Pod;
use crate::secret::TlsSecret;
use crate::service::Service;
use crate::service_entry::ServiceEntry;
use crate::service_mesh::{ServiceMeshControlPlane, ServiceMeshMember, ServiceMeshMemberRoll};
use crate::sidecar::Sidecar;
use crate::virtual_service::VirtualService;
use crate::workload::{Deployment, StatefulSet};
use serde_json::Value;
use vocabulary::{ListScope, ObjectKind, View};

/// A view that is known by its kind alone.
#[derive(Debug)]
pub struct KnownView {
    /// The kind.
    pub kind: ObjectKind,
    /// How its objects are read.
    pub list_scope: ListScope,
    recorded: fn(Value) -> Result<Value, serde_json::Error>,
}

impl KnownView {
    const fn of<V: View>() -> Self {
        Self { kind: V::KIND, list_scope: V::LIST_SCOPE, recorded: recorded::<V> }
    }

    /// What a recording keeps of an object: what a check would be given of it, without what is secret in it.
    pub fn recorded(&self, object: Value) -> Result<Value, serde_json::Error> {
        (self.recorded)(object)
    }
}

fn recorded<V: View>(object: Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(V::from_object(object).and_then(redact::serializable)?)
}

/// Every view.
pub const ALL: &[KnownView] = &[
    KnownView::of::<AuthorizationPolicy>(),
    KnownView::of::<ConfigMap>(),
    KnownView::of::<Deployment>(),
    KnownView::of::<DestinationRule>(),
    KnownView::of::<Gateway>(),
    KnownView::of::<Ingress>(),
    KnownView::of::<IngressClass>(),
    KnownView::of::<Istio>(),
    KnownView::of::<IstioCni>(),
    KnownView::of::<KnativeEventing>(),
    KnownView::of::<KnativeKafka>(),
    KnownView::of::<KnativeService>(),
    KnownView::of::<KnativeServing>(),
    KnownView::of::<Namespace>(),
    KnownView::of::<NetworkPolicy>(),
    KnownView::of::<PeerAuthentication>(),
    KnownView::of::<Pod>(),
    KnownView::of::<Service>(),
    KnownView::of::<ServiceEntry>(),
    KnownView::of::<ServiceMeshControlPlane>(),
    KnownView::of::<ServiceMeshMember>(),
    KnownView::of::<ServiceMeshMemberRoll>(),
    KnownView::of::<Sidecar>(),
    KnownView::of::<StatefulSet>(),
    KnownView::of::<TlsSecret>(),
    KnownView::of::<VirtualService>(),
];

/// The view of a kind, as an object names it: by its `apiVersion` and its `kind`.
pub fn of_kind(api_version: &str, kind: &str) -> Option<&'static KnownView> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    ALL.iter().find(|known| known.kind.kind == kind && known.kind.group == group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn kinds_are_told_apart_by_their_group() {
        let plural = |version, kind| of_kind(version, kind).map(|known| known.kind.full_name());
        assert_eq!(plural("v1", "Service").unwrap(), "services");
        assert_eq!(plural("serving.knative.dev/v1", "Service").unwrap(), "services.serving.knative.dev");
        assert_eq!(plural("gateway.networking.k8s.io/v1", "Gateway"), None);
        let all: BTreeSet<_> = ALL.iter().map(|known| known.kind.full_name()).collect();
        assert_eq!(all.len(), ALL.len(), "one view a kind");
    }

    #[test]
    fn object_is_reduced_to_its_view() {
        let object = json!({"apiVersion": "v1", "kind": "Secret", "data": {"tls.key": "c2VjcmV0"},
                            "metadata": {"name": "s", "namespace": "n", "uid": "1"}});
        let view = of_kind("v1", "Secret").unwrap().recorded(object).unwrap();
        assert_eq!(view, json!({"metadata": {"name": "s", "namespace": "n"}, "type": "", "hasKey": false}));
    }
}
