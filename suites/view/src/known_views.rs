//! Every view by its kind, for whoever has an object and does not know which check will ask for it.

use crate::authorization_policy::AuthorizationPolicy;
use crate::config_map::ConfigMap;
use crate::destination_rule::DestinationRule;
use crate::gateway::Gateway;
use crate::gateway_class::GatewayClass;
use crate::ingress::Ingress;
use crate::ingress_class::IngressClass;
use crate::istio::{Istio, IstioCni};
use crate::knative::{KnativeEventing, KnativeServing};
use crate::knative_kafka::KnativeKafka;
use crate::knative_service::KnativeService;
use crate::kubernetes_gateway::KubernetesGateway;
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
    KnownView::of::<GatewayClass>(),
    KnownView::of::<Ingress>(),
    KnownView::of::<IngressClass>(),
    KnownView::of::<Istio>(),
    KnownView::of::<IstioCni>(),
    KnownView::of::<KnativeEventing>(),
    KnownView::of::<KnativeKafka>(),
    KnownView::of::<KnativeService>(),
    KnownView::of::<KnativeServing>(),
    KnownView::of::<KubernetesGateway>(),
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
    use rstest::rstest;
    use serde_json::json;
    use std::collections::BTreeSet;

    /// The view of an object that is read as a text, and of the same as a value.
    fn both<V: View>(object: &str) -> [Value; 2] {
        let of_text = V::read(&mut serde_json::Deserializer::from_str(object)).unwrap();
        let of_value = V::from_object(serde_json::from_str(object).unwrap()).unwrap();
        [of_text, of_value].map(|view| serde_json::to_value(view).unwrap())
    }

    #[rstest]
    #[case::secret(
        both::<TlsSecret>,
        r#"{"data": {"tls.crt": "Y2hhaW4=", "tls.key": "bm8ga2V5", "other": "c2VjcmV0"}, "type": "kubernetes.io/tls", "kind": "Secret",
            "metadata": {"name": "s", "namespace": "n", "managedFields": [{"manager": "a\u0022b"}]}}"#,
        json!({"certificate": "chain", "type": "kubernetes.io/tls"}),
    )]
    #[case::secret_as_texts(
        both::<TlsSecret>,
        r#"{"metadata": {"name": "s", "namespace": "n"}, "stringData": {"tls.crt": "a\nb\"c", "tls.key": "${KEY}"}, "type": "Opaque"}"#,
        json!({"certificate": "a\nb\"c", "type": "Opaque", "isKeyElided": true}),
    )]
    #[case::config_map(
        both::<ConfigMap>,
        r#"{"data": {"_example": "much", "a": "1\n\t\"\u00e4"}, "immutable": true, "metadata": {"name": "c", "namespace": "n"}}"#,
        json!({"data": {"a": "1\n\t\"\u{e4}"}}),
    )]
    #[case::config_map_of_the_injector(
        both::<ConfigMap>,
        r#"{"data": {"config": "much", "values": "{}"}, "metadata": {"name": "istio-sidecar-injector-canary", "namespace": "n"}}"#,
        json!({"data": {"values": "{}"}}),
    )]
    #[case::control_plane(
        both::<ServiceMeshControlPlane>,
        r#"{"spec": {"version": "v2.6", "security": {"dataPlane": {"mtls": true}}, "tracing": {"sampling": 10000.5}}, "status": {"readiness": {"big": 18446744073709551615}},
            "metadata": {"name": "m", "namespace": "n"}}"#,
        json!({"spec": {"security": {"dataPlane": {"mtls": true}}}}),
    )]
    #[case::istio(
        both::<Istio>,
        r#"{"spec": {"values": {"meshConfig": {"enableAutoMtls": false, "accessLogFile": "/dev/stdout"}, "global": {"proxy": {"excludeInboundPorts": "1,2"}}}, "version": "v1.26"},
            "metadata": {"name": "default"}}"#,
        json!({"spec": {"namespace": "istio-system", "values": {"meshConfig": {"enableAutoMtls": false}, "global": {"proxy": {"excludeInboundPorts": "1,2"}}}}}),
    )]
    fn object_is_the_same_view_as_a_text_and_as_a_value(
        #[case] both: fn(&str) -> [Value; 2],
        #[case] object: &str,
        #[case] expected: Value,
    ) {
        let [of_text, of_value] = both(object);
        assert_eq!(of_text, of_value);
        let mut fields = of_text;
        fields.as_object_mut().unwrap().retain(|field, value| {
            !["metadata", "status", "hasKey"].contains(&field.as_str()) && !value.is_null()
        });
        assert_eq!(fields, expected);
    }

    #[test]
    fn kinds_are_told_apart_by_their_group() {
        let plural = |version, kind| of_kind(version, kind).map(|known| known.kind.full_name());
        assert_eq!(plural("v1", "Service").unwrap(), "services");
        assert_eq!(plural("serving.knative.dev/v1", "Service").unwrap(), "services.serving.knative.dev");
        assert_eq!(plural("networking.istio.io/v1", "Gateway").unwrap(), "gateways.networking.istio.io");
        assert_eq!(
            plural("gateway.networking.k8s.io/v1", "Gateway").unwrap(),
            "gateways.gateway.networking.k8s.io"
        );
        assert_eq!(plural("gateway.networking.k8s.io/v1", "HTTPRoute"), None);
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
