//! ConfigMap `config-network`, as Serving reads it: what it makes of each setting, and which of them it passes over.
//!
//! Held against Serving's own code by `cargo ci oracle` (`docs/semantics.md`). A value that is refused is refused by Serving's
//! webhook, too; a key that nothing reads, or a value that stands for nothing, is not.

mod ignored_setting;
mod unrendered_setting;

pub use ignored_setting::{IgnoreReason, IgnoredSetting, ignored_settings};
pub use unrendered_setting::{is_unrendered, without_unrendered};

use crate::knative::domain_template::check_template;
use crate::knative::ingress_class::ISTIO_CLASS;
use ignored_setting::MODES;
use serde::Serialize;
use thiserror::Error;
use view::config_map::ConfigMap;

/// What Serving makes of the ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are switches of Serving")]
pub struct NetworkConfig {
    /// The class of ingresses.
    pub ingress_class: String,
    /// The class of certificates.
    pub certificate_class: String,
    /// How hosts are made.
    pub domain_template: String,
    /// The scheme of addresses from outside, where Serving makes no certificates for them.
    pub external_scheme: String,
    /// What becomes of plain HTTP: `enabled`, `disabled` or `redirected`.
    pub http_protocol: String,
    /// How pods are called: `auto`, `enabled` or `disabled`.
    pub mesh_compatibility: String,
    /// Whether pods are called so that a mesh knows them.
    pub are_pods_addressable: bool,
    /// Whether Serving makes certificates for hosts outside of the cluster.
    pub is_external_tls: bool,
    /// Whether it makes certificates for hosts within the cluster.
    pub is_local_tls: bool,
    /// Whether its components speak TLS of their own.
    pub is_internal_tls: bool,
    /// How long a rollout takes, in seconds.
    pub rollout_seconds: i64,
}

/// A value that Serving refuses, and with it the whole ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{value}`")]
pub struct RefusedSettingError {
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// What it has to be.
    pub expected: &'static str,
}

const SWITCH: &str = "`enabled` or `disabled`";
const FLAG: &str = "`true` or `false`";

/// The default of the template, which OpenShift Serverless and others replace by writing another into the ConfigMap.
const DOMAIN_TEMPLATE: &str = "{{.Name}}.{{.Namespace}}.{{.Domain}}";

/// The settings of a ConfigMap.
struct Settings<'a>(&'a ConfigMap);

impl Settings<'_> {
    /// A value, by the first of its keys that is there, even if it is blank.
    fn raw(&self, keys: &[&'static str]) -> Option<(&'static str, &str)> {
        keys.iter().find_map(|key| Some((*key, self.0.data.get(*key)?.as_str())))
    }

    fn text(&self, keys: &[&'static str], default: &str) -> String {
        self.raw(keys).map_or(default, |(_, value)| value.trim()).to_owned()
    }

    /// A value that is one of these, in upper or lower case; the first where there is none.
    fn choice(
        &self,
        keys: &[&'static str],
        choices: &[&'static str],
        expected: &'static str,
    ) -> Result<String, RefusedSettingError> {
        let (key, value) = self.raw(keys).unwrap_or((keys[0], ""));
        let chosen = value.to_lowercase();
        match chosen.as_str() {
            "" => Ok(choices[0].to_owned()),
            known if choices.contains(&known) => Ok(chosen),
            _ => Err(RefusedSettingError { key, value: value.to_owned(), expected }),
        }
    }

    fn flag(&self, key: &'static str) -> Result<bool, RefusedSettingError> {
        let Some(value) = self.0.data.get(key) else { return Ok(false) };
        match value.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
            _ => Err(RefusedSettingError { key, value: value.clone(), expected: FLAG }),
        }
    }

    /// The newest key counts, and each of them has to be a number.
    fn seconds(&self) -> Result<i64, RefusedSettingError> {
        let mut seconds = 0;
        for key in ["rolloutDuration", "rollout-duration"] {
            let Some(value) = self.0.data.get(key) else { continue };
            let refused =
                || RefusedSettingError { key, value: value.clone(), expected: "a number of seconds" };
            seconds = value.parse().map_err(|_| refused())?; // the value is told, and which kind it should have
        }
        match self.raw(&["rollout-duration", "rolloutDuration"]) {
            Some((key, value)) if seconds < 0 => {
                Err(RefusedSettingError { key, value: value.to_owned(), expected: "a number of seconds" })
            }
            _ => Ok(seconds),
        }
    }
}

impl NetworkConfig {
    /// Reads the ConfigMap. A template that does more than put name, namespace and domain in is taken for one that is not
    /// refused. Read in `NewConfigFromMap` of `pkg/config/config.go` of knative.dev/networking.
    pub fn parse(map: &ConfigMap) -> Result<Self, RefusedSettingError> {
        let settings = Settings(map);
        let domain_template = settings.text(&["domain-template", "domainTemplate"], DOMAIN_TEMPLATE);
        for key in ["autocreateClusterDomainClaims", "autocreate-cluster-domain-claims"] {
            settings.flag(key)?;
        }
        let is_encrypted = settings.flag("internal-encryption")?;
        let are_pods_addressable = settings.flag("enable-mesh-pod-addressability")?;
        let rollout_seconds = settings.seconds()?;
        if check_template(&domain_template) == Some(false) {
            let (key, value) =
                settings.raw(&["domain-template", "domainTemplate"]).unwrap_or(("domain-template", ""));
            let expected = "a template that makes a host: `{{.Name}}-{{.Namespace}}.{{.Domain}}`";
            return Err(RefusedSettingError { key, value: value.to_owned(), expected });
        }
        let is_enabled = |keys: &[&'static str]| {
            settings.raw(keys).is_some_and(|(_, value)| value.eq_ignore_ascii_case("enabled"))
        };
        let http_keys = ["http-protocol", "httpProtocol"];
        let http_expected = "`enabled`, `redirected` or `disabled`";
        let http_choices = ["enabled", "redirected", "disabled"];
        let http_protocol = settings.choice(&http_keys, &http_choices, http_expected)?;
        let switch = |key| settings.choice(&[key], &["disabled", "enabled"], SWITCH);
        // `disabled` does not take back what the older key says.
        let is_internal_tls = switch("system-internal-tls")? == "enabled" || is_encrypted;
        let is_local_tls = switch("cluster-local-domain-tls")? == "enabled";
        Ok(Self {
            ingress_class: settings.text(&["ingress-class", "ingress.class"], ISTIO_CLASS),
            certificate_class: settings.text(
                &["certificate-class", "certificate.class"],
                "cert-manager.certificate.networking.knative.dev",
            ),
            domain_template,
            external_scheme: settings.text(&["default-external-scheme", "defaultExternalScheme"], "http"),
            http_protocol,
            mesh_compatibility: mesh_compatibility(map),
            are_pods_addressable,
            is_external_tls: is_enabled(&["external-domain-tls", "auto-tls", "autoTLS"]),
            is_local_tls,
            is_internal_tls,
            rollout_seconds,
        })
    }

    /// The scheme of addresses from outside.
    pub fn scheme(&self) -> &str {
        if self.is_external_tls { "https" } else { &self.external_scheme }
    }
}

/// What is no mode is passed over.
fn mesh_compatibility(map: &ConfigMap) -> String {
    let value = map.data.get("mesh-compatibility-mode").map(|value| value.to_lowercase());
    value.filter(|value| MODES.contains(&value.as_str())).unwrap_or_else(|| "auto".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn map(data: &Value) -> ConfigMap {
        let map = json!({"metadata": {"name": "config-network"}, "data": data});
        serde_json::from_value(map).unwrap()
    }

    #[rstest]
    #[case::http_protocol(json!({"http-protocol": "off"}), "http-protocol")]
    #[case::older_key(json!({"httpProtocol": "off"}), "httpProtocol")]
    #[case::switch(json!({"system-internal-tls": "true"}), "system-internal-tls")]
    #[case::flag(json!({"internal-encryption": "enabled"}), "internal-encryption")]
    #[case::template(json!({"domain-template": "{{.Service}}.{{.Domain}}"}), "domain-template")]
    #[case::blank_template(json!({"domain-template": " "}), "domain-template")]
    #[case::duration(json!({"rollout-duration": "30s"}), "rollout-duration")]
    fn value_is_refused(#[case] data: Value, #[case] expected: &str) {
        assert_eq!(NetworkConfig::parse(&map(&data)).unwrap_err().key, expected);
    }

    #[test]
    fn newer_keys_count() {
        let data = json!({
            "ingress.class": "a", "ingress-class": " b ", "auto-tls": "Enabled", "external-domain-tls": "disabled",
            "default-external-scheme": "https", "mesh-compatibility-mode": "on",
        });
        let config = NetworkConfig::parse(&map(&data)).unwrap();
        assert_eq!((config.ingress_class.as_str(), config.scheme()), ("b", "https"));
        assert_eq!((config.is_external_tls, config.mesh_compatibility.as_str()), (false, "auto"));
    }
}
