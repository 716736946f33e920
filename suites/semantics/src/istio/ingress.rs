//! Ingresses of Kubernetes that istiod serves: which these are, and the Gateway that it makes of each.
//!
//! Nobody sees that Gateway: it is no object, and has no time of creation, so that it comes before all that have one. Read in
//! `pilot/pkg/config/kube/ingress` and `pilot/pkg/bootstrap/configcontroller.go` of Istio 1.31; `cargo ci oracle` holds it
//! against that source (`docs/semantics.md`).

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use view::gateway::{Gateway, GatewayMetadata, GatewayPort, GatewayServer, GatewaySpec, ServerTls};
use view::ingress::Ingress;
use view::ingress_class::IngressClass;
use vocabulary::{Lookup, Meta};

/// The controller that an IngressClass of Istio's names.
const CONTROLLER: &str = "istio.io/ingress-controller";
/// The label of gateway pods by which Gateways of Ingresses select.
const POD_LABEL: &str = "istio";
/// The Service of the gateway that Istio once installed by default, and the label of its pods.
const DEFAULT_SERVICE: &str = "istio-ingressgateway";
const DEFAULT_LABEL: &str = "ingressgateway";
/// The namespace of the Gateways, unless istiod's `K8S_INGRESS_NS` says otherwise. It decides nothing about their servers.
const NAMESPACE: &str = "istio-system";

/// Which Ingresses istiod serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum IngressControllerMode {
    /// None.
    Off,
    /// Those of its class, and those without a class.
    Default,
    /// Those of its class.
    Strict,
}

/// What the mesh configuration says of Ingresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressSettings {
    /// Which Ingresses are served.
    mode: IngressControllerMode,
    /// The class that an annotation names for istiod.
    class: String,
    /// The Service of the gateway.
    service: String,
    /// The value of the label `istio` of the gateway's pods.
    selector: String,
}

/// The same, as it is written: what is not there, or null, has Istio's default.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenSettings {
    #[serde(rename = "ingressControllerMode")]
    mode: Option<IngressControllerMode>,
    #[serde(rename = "ingressClass")]
    class: Option<String>,
    #[serde(rename = "ingressService")]
    service: Option<String>,
    #[serde(rename = "ingressSelector")]
    selector: Option<String>,
}

impl IngressSettings {
    /// Reads them from a mesh configuration. What it does not say has Istio's default.
    ///
    /// # Errors
    ///
    /// Where a setting is none that istiod would take.
    pub fn parse(mesh_config: Option<&Value>) -> Result<Self, serde_json::Error> {
        let mesh_config = mesh_config.filter(|config| !config.is_null());
        let written =
            mesh_config.map_or_else(|| Ok(WrittenSettings::default()), WrittenSettings::deserialize)?;
        Ok(Self {
            mode: written.mode.unwrap_or(IngressControllerMode::Strict),
            class: written.class.unwrap_or_else(|| "istio".to_owned()),
            service: written.service.unwrap_or_else(|| DEFAULT_SERVICE.to_owned()),
            selector: written.selector.unwrap_or_else(String::new),
        })
    }

    /// Those of an istiod that serves no Ingress.
    pub fn off() -> Self {
        Self {
            mode: IngressControllerMode::Off,
            class: String::new(),
            service: String::new(),
            selector: String::new(),
        }
    }

    /// Whether no Ingress is served, whatever its class.
    pub fn serve_none(&self) -> bool {
        self.mode == IngressControllerMode::Off
    }

    /// Whether istiod serves an Ingress with the IngressClass of its name, where it names one. Where that is not known:
    /// what is missing.
    ///
    /// Read in `shouldProcessIngressWithClass` of `virtualservices.go`; the mode `OFF` ends in `initConfigController` of `configcontroller.go`.
    ///
    /// # Errors
    ///
    /// Where it cannot be told without an object that nobody knows.
    pub fn serve(&self, ingress: &Ingress, class: Option<&Lookup<IngressClass>>) -> Result<bool, String> {
        if self.serve_none() {
            return Ok(false);
        }
        if let Some(named) = &ingress.metadata.annotations.class {
            return Ok(*named == self.class);
        }
        match class {
            Some(Lookup::There(class)) => Ok(class.spec.controller == CONTROLLER),
            Some(Lookup::NotKnown(missing)) => Err(missing.clone()),
            // A class that is not there is as good as none.
            Some(Lookup::NotThere) | None => Ok(self.mode == IngressControllerMode::Default),
        }
    }

    /// The labels of the pods that serve Ingresses. Read in `getIngressGatewaySelector` of `gateways.go`.
    pub fn pod_labels(&self) -> BTreeMap<String, String> {
        let value = match (self.selector.as_str(), self.service.as_str()) {
            ("", "" | DEFAULT_SERVICE) => DEFAULT_LABEL,
            ("", service) => service,
            (selector, _) => selector,
        };
        BTreeMap::from([(POD_LABEL.to_owned(), value.to_owned())])
    }

    /// The Gateway that istiod makes of an Ingress, and where in the Ingress each of its servers comes from.
    ///
    /// Read in `convertIngressV1alpha3` of `gateways.go`.
    pub fn gateway(&self, ingress: &Ingress) -> (Gateway, Vec<String>) {
        let meta = &ingress.metadata.meta;
        let certificates = ingress.spec.tls.iter().enumerate().filter(|(_, tls)| !tls.secret_name.is_empty());
        let (mut servers, mut fields) = (Vec::new(), Vec::new());
        for (place, tls) in certificates {
            let every_host = vec!["*".to_owned()];
            servers.push(GatewayServer {
                port: GatewayPort {
                    name: format!("https-443-ingress-{}-{}-{place}", meta.name, meta.namespace),
                    number: 443,
                    protocol: "HTTPS".to_owned(),
                },
                hosts: if tls.hosts.is_empty() { every_host } else { tls.hosts.clone() },
                tls: Some(ServerTls {
                    mode: "SIMPLE".to_owned(),
                    credential_name: tls.secret_name.clone(),
                    ..ServerTls::default()
                }),
                ..GatewayServer::default()
            });
            fields.push(format!("spec.tls[{place}]"));
        }
        servers.push(GatewayServer {
            port: GatewayPort {
                name: format!("http-80-ingress-{}-{}", meta.name, meta.namespace),
                number: 80,
                protocol: "HTTP".to_owned(),
            },
            hosts: vec!["*".to_owned()],
            ..GatewayServer::default()
        });
        fields.push("spec.rules".to_owned());
        let metadata = Meta {
            name: format!("{}-istio-autogenerated-k8s-ingress-{}", meta.name, meta.namespace),
            namespace: NAMESPACE.to_owned(),
            ..Meta::default()
        };
        let metadata = GatewayMetadata { meta: metadata, ..GatewayMetadata::default() };
        (Gateway { metadata, spec: GatewaySpec { selector: self.pod_labels(), servers } }, fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;
    use std::sync::Arc;

    fn ingress(annotation: &Value, class: &Value) -> Ingress {
        let metadata = json!({"name": "i", "namespace": "n", "annotations": annotation});
        serde_json::from_value(json!({"metadata": metadata, "spec": {"ingressClassName": class}})).unwrap()
    }

    fn class(controller: &str) -> Lookup<IngressClass> {
        let class = json!({"metadata": {"name": "c"}, "spec": {"controller": controller}});
        Lookup::There(Arc::new(serde_json::from_value(class).unwrap()))
    }

    fn settings(mode: &str) -> IngressSettings {
        IngressSettings::parse(Some(&json!({"ingressControllerMode": mode}))).unwrap()
    }

    #[test]
    fn class_that_is_not_known_decides_nothing_else() {
        let (named, annotated) = (json!({"kubernetes.io/ingress.class": "istio"}), json!({}));
        let unknown = || Lookup::NotKnown("whether there is a class".to_owned());
        assert_eq!(settings("STRICT").serve(&ingress(&named, &json!("c")), Some(&unknown())), Ok(true));
        assert!(settings("STRICT").serve(&ingress(&annotated, &json!("c")), Some(&unknown())).is_err());
        assert_eq!(settings("OFF").serve(&ingress(&annotated, &json!("c")), Some(&unknown())), Ok(false));
    }

    #[rstest]
    #[case::of_istio("istio.io/ingress-controller", true)]
    #[case::of_another("k8s.io/ingress-nginx", false)]
    fn class_names_its_controller(#[case] controller: &str, #[case] expected: bool) {
        let served = settings("STRICT").serve(&ingress(&json!({}), &json!("c")), Some(&class(controller)));
        assert_eq!(served, Ok(expected));
    }

    #[test]
    fn mode_that_istiod_does_not_know_is_no_default() {
        assert!(IngressSettings::parse(Some(&json!({"ingressControllerMode": "LAX"}))).is_err());
        assert_eq!(IngressSettings::parse(Some(&json!({"rootNamespace": "r"}))).unwrap(), settings("STRICT"));
    }
}
