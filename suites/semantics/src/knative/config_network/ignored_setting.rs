//! The settings of `config-network` that Serving passes over without a word.

use view::config_map::ConfigMap;

/// A setting that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredSetting<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Why it has none.
    pub reason: IgnoreReason,
}

/// Why a setting has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoreReason {
    /// No release reads a key of this name.
    UnknownKey,
    /// The value stands for nothing; it has to be one of these.
    UnknownValue(&'static str),
    /// A newer key is there, and says something else.
    OtherKey(&'static str),
}

/// The keys that are read, the older spellings of each behind it: the first that is there counts.
const KEYS: &[&[&str]] = &[
    &["autocreate-cluster-domain-claims", "autocreateClusterDomainClaims"],
    &["external-domain-tls", "auto-tls", "autoTLS"],
    &["certificate-class", "certificate.class"],
    &["cluster-local-domain-tls"],
    &["default-external-scheme", "defaultExternalScheme"],
    &["domain-template", "domainTemplate"],
    &["enable-mesh-pod-addressability"],
    &["http-protocol", "httpProtocol"],
    &["ingress-class", "ingress.class"],
    &["internal-encryption"],
    &["mesh-compatibility-mode"],
    &["namespace-wildcard-cert-selector"],
    &["rollout-duration", "rolloutDuration"],
    &["system-internal-tls"],
    &["tag-template", "tagTemplate"],
];

/// The modes of `mesh-compatibility-mode`.
pub(super) const MODES: &[&str] = &["auto", "enabled", "disabled"];

/// Keys that others than Serving read: the operator of OpenShift Serverless.
const OF_OTHERS: &[&str] = &["openshift-ingress-default-certificate"];

/// What the operator of OpenShift Serverless may write by the older spelling beside the newer one of a user, which counts. Read in
/// openshift-knative/serverless-operator, `openshift-knative-operator/pkg/serving/extension.go`.
const FILLED_IN: &[(&str, &str)] = &[
    ("autocreateClusterDomainClaims", "true"),
    ("defaultExternalScheme", "https"),
    ("domainTemplate", "{{.Name}}-{{.Namespace}}.{{.Domain}}"),
    ("ingress.class", "istio.ingress.networking.knative.dev"),
    ("ingress.class", "kourier.ingress.networking.knative.dev"),
];

/// Keys that older releases read, and that do nothing today.
const RETIRED: &[&str] = &[
    "activator-ca",
    "activator-cert-secret",
    "activator-san",
    "clusteringress.class",
    "controlplane-trust",
    "dataplane-trust",
    "istio.sidecar.includeOutboundIPRanges",
    "queue-proxy-ca",
    "queue-proxy-cert-secret",
    "queue-proxy-san",
];

/// The settings that have no effect. What older releases read is none of them: which release is there is not asked. Nor is what
/// others read or fill in, or a key that begins with `_`, as documentation does.
pub fn ignored_settings(map: &ConfigMap) -> impl Iterator<Item = IgnoredSetting<'_>> {
    map.data.iter().filter_map(|(key, value)| {
        let reason = ignore_reason(map, key, value)?;
        Some(IgnoredSetting { key, value, reason })
    })
}

fn ignore_reason(map: &ConfigMap, key: &str, value: &str) -> Option<IgnoreReason> {
    if RETIRED.contains(&key) || OF_OTHERS.contains(&key) || key.starts_with('_') {
        return None;
    }
    let Some(spellings) = KEYS.iter().find(|spellings| spellings.contains(&key)) else {
        return Some(IgnoreReason::UnknownKey);
    };
    let first = spellings.iter().find_map(|spelling| Some((*spelling, map.data.get(*spelling)?)));
    if let Some((newer, other)) = first
        && newer != key
        && !other.trim().eq_ignore_ascii_case(value.trim())
        && !FILLED_IN.contains(&(key, value))
    {
        return Some(IgnoreReason::OtherKey(newer));
    }
    let known: (&[&str], &str) = match spellings[0] {
        "external-domain-tls" => (&["enabled", "disabled"], "`enabled` or `disabled`"),
        "mesh-compatibility-mode" => (MODES, "`auto`, `enabled` or `disabled`"),
        _ => return None,
    };
    let is_known = value.trim().is_empty() || known.0.contains(&value.to_lowercase().as_str());
    (!is_known).then_some(IgnoreReason::UnknownValue(known.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::nothing(json!({}), None)]
    #[case::known(json!({"ingress.class": "a", "auto-tls": "Disabled", "mesh-compatibility-mode": "AUTO"}), None)]
    #[case::retired(json!({"activator-ca": "", "_comment": "x"}), None)]
    #[case::of_an_operator(json!({"openshift-ingress-default-certificate": "apps"}), None)]
    #[case::filled_in_by_an_operator(json!({"domain-template": "{{.Name}}.{{.Domain}}", "domainTemplate": "{{.Name}}-{{.Namespace}}.{{.Domain}}"}), None)]
    #[case::unknown(json!({"mesh-compatability-mode": "enabled"}), Some(IgnoreReason::UnknownKey))]
    #[case::not_a_switch(json!({"auto-tls": "true"}), Some(IgnoreReason::UnknownValue("`enabled` or `disabled`")))]
    #[case::not_a_mode(json!({"mesh-compatibility-mode": "true"}), Some(IgnoreReason::UnknownValue("`auto`, `enabled` or `disabled`")))]
    #[case::same_in_both(json!({"ingress.class": "a", "ingress-class": "a"}), None)]
    #[case::newer_key(json!({"ingress.class": "b", "ingress-class": "a"}), Some(IgnoreReason::OtherKey("ingress-class")))]
    fn setting_without_effect_is_told(#[case] data: Value, #[case] expected: Option<IgnoreReason>) {
        let map = json!({"metadata": {"name": "config-network"}, "data": data});
        let map = serde_json::from_value(map).unwrap();
        assert_eq!(ignored_settings(&map).next().map(|ignored| ignored.reason), expected);
    }
}
