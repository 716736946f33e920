//! The data of ConfigMaps: settings in old and new spelling, with values that are right, wrong and nearly right.

use crate::oracle::choice::one_of;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy, Union};
use std::collections::BTreeMap;

type Data = BTreeMap<&'static str, &'static str>;

/// A setting: one of these keys, and one of these values.
fn setting(keys: &[&'static str], values: &[&'static str]) -> BoxedStrategy<(&'static str, &'static str)> {
    let even = |texts: &[&'static str]| one_of(&texts.iter().map(|text| (1, *text)).collect::<Vec<_>>());
    (even(keys), even(values)).boxed()
}

/// The data of `config-network`.
pub(super) fn settings() -> BoxedStrategy<Data> {
    let switch = &["enabled", "disabled", "Enabled", "", "true", " enabled"];
    let flag = &["true", "false", "True", "1", "f", "", "enabled", " true", "tRUE"];
    let template = &[
        "{{.Name}}-{{.Namespace}}.{{.Domain}}",
        "{{ .Name }}.{{.Namespace}}.{{.Domain}}\n",
        "{{.Name}}.{{.Domain}}/{{.Namespace}}",
        "{{.Service}}.{{.Domain}}",
        "{{.Name}}.{{.Domain",
        "",
        "all.example.com",
        "Prefix_{{.Name}}",
    ];
    let settings = [
        setting(
            &["ingress-class", "ingress.class"],
            &["istio.ingress.networking.knative.dev", " other ", ""],
        ),
        setting(&["certificate-class", "certificate.class"], &["other", ""]),
        setting(&["domain-template", "domainTemplate"], template),
        setting(&["default-external-scheme", "defaultExternalScheme"], &["https", "HTTPS ", ""]),
        setting(
            &["http-protocol", "httpProtocol"],
            &["enabled", "Redirected", "disabled", "", "off", " enabled"],
        ),
        setting(&["mesh-compatibility-mode"], &["auto", "Enabled", "DISABLED", "", "on", " enabled"]),
        setting(&["enable-mesh-pod-addressability", "internal-encryption"], flag),
        setting(&["autocreate-cluster-domain-claims", "autocreateClusterDomainClaims"], flag),
        setting(&["external-domain-tls", "auto-tls", "autoTLS"], switch),
        setting(&["system-internal-tls", "cluster-local-domain-tls"], switch),
        setting(
            &["rollout-duration", "rolloutDuration"],
            &["0", "30", "+5", "-1", "30s", "", "9223372036854775808"],
        ),
        setting(&["mesh-compatability-mode", "_example"], &["enabled", "{"]),
    ];
    vec(Union::new(settings), 0..5).prop_map(|settings| settings.into_iter().collect()).boxed()
}

/// The data of `config-domain`.
pub(super) fn domains() -> BoxedStrategy<Data> {
    let names = &["apps.test", "b.test", "a.test", "svc.cluster.local", "zone.test"];
    let values = &[
        "",
        "{}",
        "selector:\n  app: a\n",
        "selector: {app: a, tier: 1}",
        "Selector: {app: b}",
        "selector:\n",
        "selectors: {app: a}",
        "selector: {app: a}\ntype: wildcard",
        "type: {}",
        "selector: app",
        "app",
        "- selector: {app: a}",
        "selector: {app: [a]}",
        "selector: {tier: '1'}",
        "selector: {app: ",
    ];
    vec(setting(names, values), 0..4).prop_map(|domains| domains.into_iter().collect()).boxed()
}
