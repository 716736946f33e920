//! Serving reads each setting of `config-network`, and takes its value.
//!
//! A key with a slip of the pen is no error for Serving, and neither is `auto-tls: "true"` or a mode of its own making for
//! `mesh-compatibility-mode`: each of them is passed over, and the default stays. Of two spellings of a key, the older one is.
//! Other values are refused, by the webhook of Serving where it is asked, and by its controllers when they start. Keys that
//! older releases read are no finding, and nor are those that begin with `_`.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::network_config::unrendered;
use semantics::knative::config_network::{
    IgnoreReason, IgnoredSetting, NetworkConfig, ignored_settings, without_unrendered,
};
use semantics::knative::ingress_class::CONFIG_NETWORK;
use std::time::Duration;
use view::config_map::ConfigMap;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const KEY_NOT_READ: &str = "key-not-read";
const VALUE_IGNORED: &str = "value-ignored";
const VALUE_REFUSED: &str = "value-refused";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::network_settings_are_read",
        title: "Serving reads each setting of config-network",
        text: include_str!("network_settings_are_read.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "each setting of `config-network` is one that Knative Serving reads, with a value that it takes",
            source: "Knative, config-network, https://github.com/knative/networking/blob/main/config/config-network.yaml#L27",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "correct the key or the value in ConfigMap `config-network` (`spec.config.network` of the KnativeServing), as \
                      its `_example` spells them; of two spellings of a key keep the newer one",
        findings: &[
            FindingKind {
                code: KEY_NOT_READ,
                meaning: "no release reads a key of this name, or a newer spelling of it is there, which counts",
            },
            FindingKind {
                code: VALUE_IGNORED,
                meaning: "the value stands for nothing, and the default stays",
            },
            FindingKind {
                code: VALUE_REFUSED,
                meaning: "Serving refuses the value: its components do not start, or stay with what they had",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let Some(map) = cx.object::<ConfigMap>(namespace, CONFIG_NETWORK).await? else {
        return Ok(skip_not_installed(format!("ConfigMap {namespace}/{CONFIG_NETWORK}")));
    };
    let (rendered, unrendered_keys) = without_unrendered(&map);
    let mut judgement = Judgement::default();
    // A key that nobody reads does nothing, whatever it is filled in with.
    let is_unread = |ignored: &IgnoredSetting<'_>| {
        unrendered_keys.contains(&ignored.key) && ignored.reason == IgnoreReason::UnknownKey
    };
    let ignored = ignored_settings(&rendered).chain(ignored_settings(&map).filter(is_unread));
    judgement.extend(ignored.map(|ignored| ignored_finding(&map, &ignored)));
    if let Err(refused) = NetworkConfig::parse(&rendered) {
        let finding = Finding::new(VALUE_REFUSED, map.object_ref(), format!("data.{}", refused.key));
        judgement.add(finding.expected(refused.expected).observed(refused.to_string()).configured());
    }
    for code in [VALUE_REFUSED, VALUE_IGNORED] {
        judgement.leave_rest(code, unrendered(&map, &unrendered_keys));
    }
    Ok(judgement.verdict(|| {
        let keys: Vec<_> = map.data.keys().map(String::as_str).collect();
        if keys.is_empty() { "nothing is set".to_owned() } else { keys.join(", ") }
    }))
}

fn ignored_finding(map: &ConfigMap, ignored: &IgnoredSetting<'_>) -> Finding {
    let (code, expected) = match ignored.reason {
        IgnoreReason::UnknownKey => (KEY_NOT_READ, "a key that Knative Serving reads".to_owned()),
        IgnoreReason::OtherKey(newer) => (KEY_NOT_READ, format!("`{newer}` alone, which counts")),
        IgnoreReason::UnknownValue(values) => (VALUE_IGNORED, values.to_owned()),
    };
    Finding::new(code, map.object_ref(), format!("data.{}", ignored.key))
        .expected(expected)
        .observed(format!("`{}: {}`", ignored.key, ignored.value))
        .configured()
}
