//! Ingresses with classes of both kinds, and mesh configurations that say which are served.

use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// What is written of the mesh configuration; null where nothing is.
pub(super) fn mesh_config() -> BoxedStrategy<Value> {
    let mode = one_of(&[(3, None), (3, Some("STRICT")), (3, Some("DEFAULT")), (1, Some("OFF"))]);
    let class = one_of(&[(5, None), (1, Some("istio")), (2, Some("edge")), (1, Some(""))]);
    let service = one_of(&[(5, None), (1, Some("istio-ingressgateway")), (2, Some("edge")), (1, Some(""))]);
    let selector = one_of(&[(5, None), (1, Some("")), (1, Some("edge")), (1, Some("ingressgateway"))]);
    (mode, class, service, selector, one_of(&[(6, false), (1, true)])).prop_map(settings).boxed()
}

type Setting = Option<&'static str>;

fn settings(
    (mode, class, service, selector, writes_null): (Setting, Setting, Setting, Setting, bool),
) -> Value {
    let named = [
        ("ingressControllerMode", mode),
        ("ingressClass", class),
        ("ingressService", service),
        ("ingressSelector", selector),
    ];
    let mut config = json!({});
    for (name, value) in named {
        if writes_null || value.is_some() {
            config[name] = value.into();
        }
    }
    config
}

/// A few Ingresses.
pub(super) fn ingresses() -> BoxedStrategy<Vec<Value>> {
    vec(ingress(), 1..4).boxed()
}

fn ingress() -> BoxedStrategy<Value> {
    let names = (one_of(&[(2, "team"), (1, "team-b"), (1, "istio-system")]), one_of(&[(2, "a"), (1, "b")]));
    let annotation =
        one_of(&[(4, None), (4, Some("istio")), (1, Some("edge")), (1, Some("nginx")), (1, Some(""))]);
    let class =
        one_of(&[(4, None), (2, Some("istio")), (1, Some("edge")), (1, Some("nginx")), (1, Some("gone"))]);
    (names, age(), annotation, class, vec(certificate(), 0..3)).prop_map(ingress_object).boxed()
}

fn certificate() -> BoxedStrategy<Value> {
    let hosts = one_of(&[
        (3, json!(null)),
        (1, json!([])),
        (2, json!(["a.test"])),
        (1, json!(["a.test", "b.test"])),
        (1, json!(["*.test"])),
        (1, json!(["*"])),
    ]);
    let secret = one_of(&[(5, Some("certs")), (2, Some("other-certs")), (1, Some("")), (1, None)]);
    let certificate = |(hosts, secret): (Value, Setting)| {
        let mut certificate = json!({});
        if !hosts.is_null() {
            certificate["hosts"] = hosts;
        }
        if let Some(secret) = secret {
            certificate["secretName"] = secret.into();
        }
        certificate
    };
    (hosts, secret).prop_map(certificate).boxed()
}

type IngressParts = ((&'static str, &'static str), Option<u8>, Setting, Setting, Vec<Value>);

fn ingress_object(((namespace, name), age, annotation, class, tls): IngressParts) -> Value {
    let mut object = json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"tls": tls},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if let Some(annotation) = annotation {
        object["metadata"]["annotations"] = json!({"kubernetes.io/ingress.class": annotation});
    }
    if let Some(class) = class {
        object["spec"]["ingressClassName"] = class.into();
    }
    object
}

/// IngressClasses, of which one may be missing or be another controller's.
pub(super) fn ingress_classes() -> BoxedStrategy<Vec<Value>> {
    let name = one_of(&[(2, "istio"), (1, "edge"), (1, "nginx")]);
    let controller = one_of(&[(3, "istio.io/ingress-controller"), (2, "k8s.io/ingress-nginx")]);
    let class = (name, controller).prop_map(|(name, controller)| {
        json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": name},
            "spec": {"controller": controller},
        })
    });
    vec(class, 0..4).boxed()
}
