//! Serving leaves TLS between its components to the mesh.
//!
//! With `system-internal-tls`, or `internal-encryption` in older releases, activator and queue-proxy have certificates of their
//! own and speak TLS inside of what the sidecars encrypt already. Knative has that for Kourier alone; and Red Hat asks for the
//! mutual TLS of the mesh in its place.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::network_config::network_config;
use semantics::knative::ingress_class::{CONFIG_NETWORK, ISTIO_CLASS};
use std::time::Duration;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const INTERNAL_TLS: &str = "internal-tls-enabled";
/// The key, and its older spelling.
const KEYS: [&str; 2] = ["system-internal-tls", "internal-encryption"];
/// These, and those that say whether Istio serves.
const READ_KEYS: [&str; 4] = [KEYS[0], KEYS[1], "ingress-class", "ingress.class"];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::internal_tls_is_left_to_the_mesh",
        title: "Serving leaves internal TLS to the mesh",
        text: include_str!("internal_tls_is_left_to_the_mesh.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "the components of Knative Serving call each other with the mutual TLS of the mesh, and not with their own",
            source: "https://knative.dev/docs/serving/encryption/system-internal-tls/#before-you-begin",
            since: "Knative 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "take `system-internal-tls` and `internal-encryption` out of ConfigMap `config-network` \
                      (`spec.config.network` of the KnativeServing), and restart controller and activator",
        findings: &[FindingKind {
            code: INTERNAL_TLS,
            meaning: "Serving encrypts what the mesh encrypts already, which is not supported with Istio",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let Some((map, config)) = network_config(cx, &READ_KEYS).await? else {
        return Ok(skip_not_installed(format!("ConfigMap {namespace}/{CONFIG_NETWORK}")));
    };
    if config.ingress_class == ISTIO_CLASS && config.is_internal_tls {
        let key = KEYS.into_iter().find(|key| map.data.get(*key).is_some_and(|value| is_on(value)));
        let key = key.unwrap_or(KEYS[0]);
        let finding = Finding::new(INTERNAL_TLS, map.object_ref(), format!("data.{key}"));
        let observed = map.value(key).unwrap_or_default(); // none: the switch that is on has a value
        return Ok(Verdict::violated(
            finding.expected("`disabled`, or no such key").observed(observed).configured(),
        ));
    }
    Ok(Verdict::upheld(format!("`{}` is off, or another ingress than Istio's is configured", KEYS[0])))
}

fn is_on(value: &str) -> bool {
    ["enabled", "true", "t", "1"].iter().any(|on| value.eq_ignore_ascii_case(on))
}
