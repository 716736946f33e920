//! ConfigMap `config-network` of OpenShift Serverless, whose operator fills in what nothing is written for.
//!
//! Read in openshift-knative/serverless-operator, `openshift-knative-operator/pkg/serving/extension.go` and `ingress.go`:
//! the ingress class (Kourier's, where both are enabled), one label before the domain, and HTTPS. Each key has an older
//! spelling; where either is written, nothing is filled in.

use crate::knative::ingress_class::{CONFIG_NETWORK, ISTIO_CLASS};
use crate::operator::draft::Draft;
use crate::operator::knative_config::config_value;
use crate::operator::knative_spec::KnativeSpec;

const KOURIER_CLASS: &str = "kourier.ingress.networking.knative.dev";
/// The template of a host: one label before the domain, which a wildcard certificate covers.
const DOMAIN_TEMPLATE: &str = "{{.Name}}-{{.Namespace}}.{{.Domain}}";

/// Fills in `config-network`.
pub(crate) fn fill_network_config(network: &mut Draft, spec: &KnativeSpec, has_kourier: bool) {
    let class = if has_kourier { KOURIER_CLASS } else { ISTIO_CLASS };
    let values = [
        ("ingress-class", "ingress.class", class),
        ("domain-template", "domainTemplate", DOMAIN_TEMPLATE),
        ("default-external-scheme", "defaultExternalScheme", "https"),
    ];
    let is_written = |key| config_value(spec, CONFIG_NETWORK, key).is_some();
    for (key, older, value) in values {
        if !is_written(key) && !is_written(older) {
            network.fill(&["data", key], value);
        }
    }
}
