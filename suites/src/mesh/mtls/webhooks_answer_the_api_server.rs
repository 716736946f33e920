//! The API server reaches the webhooks of Knative: none has a sidecar that refuses plaintext at port 8443.
//!
//! The API server is not in the mesh, and has no certificate of it. A webhook that gets a sidecar, asked for by its pods or by
//! its namespace, needs an exception: `PERMISSIVE` for port 8443, as net-istio's own PeerAuthentications have it, or the port
//! among those that bypass the sidecar. Without one, no Knative object can be created or changed.
//!
//! Which PeerAuthentication decides is told as Istio merges them: that of the workload, of its namespace, of the mesh.

use crate::reading::capability;
use crate::reading::excluded_ports::excluded_ports;
use crate::reading::injection_ground::injection_ground;
use crate::reading::root_namespace::root_namespace;
use semantics::istio::captured_port::captures_port;
use semantics::istio::injection_webhook::INJECT;
use semantics::istio::merged_peer_authentication::{MutualTlsMode, compose_peer_authentication};
use semantics::istio::possible_injection::possible_injection;
use semantics::knative::webhook::{WEBHOOK_PORT, is_webhook};
use std::sync::Arc;
use std::time::Duration;
use view::namespace::Namespace;
use view::peer_authentication::PeerAuthentication;
use view::workload::Deployment;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Meta, Objects, Requirement, SkipReason,
    Tier, Verdict, View, object_named,
};
use world::{Check, Context};

const WEBHOOK_REFUSES_PLAINTEXT: &str = "webhook-refuses-plaintext";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::mtls::webhooks_answer_the_api_server",
        title: "webhooks answer the API server",
        text: include_str!("webhooks_answer_the_api_server.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the webhooks of Knative are out of the mesh, or accept the API server's plaintext at port 8443",
            source: "https://github.com/knative-extensions/net-istio/blob/main/config/400-webhook-peer-authentication.yaml#L15",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set the label `sidecar.istio.io/inject: \"false\"` in `spec.template` of the webhook's Deployment, through \
                      the KnativeServing or KnativeEventing that owns it, or create a PeerAuthentication that selects its \
                      pods and sets `spec.portLevelMtls.8443.mode` to `PERMISSIVE`",
        findings: &[FindingKind {
            code: WEBHOOK_REFUSES_PLAINTEXT,
            meaning: "the sidecar of a webhook refuses the API server, so that no Knative object can be created or changed",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let deployments = cx.known_objects::<Deployment>().await?;
    let (root, missing_root) = root_namespace(cx).await?;
    let ground = Ground {
        namespaces: cx.known_objects().await?,
        policies: cx.known_objects().await?,
        root,
        missing_root,
    };
    let serverless = &cx.inputs().serverless;
    let namespaces = [serverless.serving_namespace.as_str(), serverless.eventing_namespace.as_str()];
    let is_ours = |one: &&Arc<Deployment>| {
        let meta = &one.0.metadata;
        namespaces.contains(&meta.namespace.as_str()) && is_webhook(&meta.name)
    };
    let (mut judgement, mut evidence) = (Judgement::default(), Vec::new());
    for webhook in deployments.iter().filter(is_ours) {
        let name = &webhook.0.metadata.name;
        match ground.mode_of_sidecar(cx, webhook) {
            Err(HarnessError::NotKnown { missing }) => {
                judgement.leave_rest(WEBHOOK_REFUSES_PLAINTEXT, Some(missing));
            }
            Err(error) => return Err(error),
            Ok(None) => evidence.push(format!("{name}: no sidecar")),
            Ok(Some(MutualTlsMode::Strict)) if is_captured(cx, webhook).await? => {
                judgement.add(refusal(webhook));
            }
            Ok(Some(MutualTlsMode::Strict)) => {
                evidence.push(format!("{name}: {WEBHOOK_PORT} is excluded"));
            }
            Ok(Some(mode)) => evidence.push(format!("{name}: {WEBHOOK_PORT} is {}", mode.as_str())),
        }
    }
    let missing = namespaces.iter().find_map(|one| deployments.missing_in(one));
    if judgement.is_clean() && evidence.is_empty() {
        let missing = missing.or_else(|| judgement.into_unjudged().pop().map(|one| one.missing));
        let missing = missing.unwrap_or_else(|| format!("no webhook in {}", namespaces.join(", ")));
        return Ok(Verdict::NotApplicable(SkipReason::NotKnown { missing }));
    }
    judgement.leave_rest(WEBHOOK_REFUSES_PLAINTEXT, missing);
    Ok(judgement.verdict(|| evidence.join("; ")))
}

/// What decides whether a webhook is called through a sidecar, and how.
struct Ground {
    namespaces: Objects<Namespace>,
    policies: Objects<PeerAuthentication>,
    /// The root namespace, and what is missing to know that it is.
    root: String,
    missing_root: Option<String>,
}

impl Ground {
    /// The mode of the webhook's port where its pods get a sidecar, and none where they do not. Where they may get one and the
    /// API server is answered all the same, that decides.
    fn mode_of_sidecar(
        &self,
        cx: &Context,
        webhook: &Deployment,
    ) -> Result<Option<MutualTlsMode>, HarnessError> {
        let (root, namespace) = (&self.root, &webhook.0.metadata.namespace);
        let template = &webhook.0.spec.template;
        let ground = injection_ground(cx, namespace, &self.namespaces);
        let is_injected = possible_injection(&ground, template);
        if is_injected == Ok(false) {
            return Ok(None);
        }
        let labels = template.metadata.labels.clone();
        let pod = Meta { namespace: namespace.clone(), labels, ..Meta::default() };
        let merged = compose_peer_authentication(&pod, &self.policies, root).map_err(|error| {
            let policy = object_named::<PeerAuthentication>(&error.namespace, &error.name);
            HarnessError::field(policy, "spec", error)
        })?;
        let mode = merged.mode_of_port(WEBHOOK_PORT);
        let missing = match mode {
            // Files that hold a policy of the namespace hold its exceptions, which come in one file with each other.
            MutualTlsMode::Strict if self.has_policy_in(namespace) => is_injected.err(),
            MutualTlsMode::Strict => self.policies.missing_in(namespace).or(is_injected.err()),
            _ if merged.per_port.contains_key(&WEBHOOK_PORT) => None,
            _ => {
                let missing = self.policies.missing_in(namespace).or_else(|| self.policies.missing_in(root));
                missing.or_else(|| self.missing_root.clone())
            }
        };
        missing.map_or(Ok(Some(mode)), |missing| Err(HarnessError::NotKnown { missing }))
    }

    fn has_policy_in(&self, namespace: &str) -> bool {
        self.policies.iter().any(|policy| policy.metadata.namespace == namespace)
    }
}

async fn is_captured(cx: &Context, webhook: &Deployment) -> Result<bool, HarnessError> {
    let (_, excluded) = excluded_ports(cx).await?;
    captures_port(&webhook.0.spec.template, WEBHOOK_PORT, &excluded).map_err(|error| {
        HarnessError::field(webhook.object_ref(), "spec.template.metadata.annotations", error)
    })
}

fn refusal(webhook: &Deployment) -> Finding {
    let field = format!("spec.template.metadata.labels[{INJECT}]");
    Finding::new(WEBHOOK_REFUSES_PLAINTEXT, webhook.object_ref(), field)
        .expected(format!(
            "no sidecar, or a PeerAuthentication that has port {WEBHOOK_PORT} of its pods PERMISSIVE"
        ))
        .observed(format!("pods get a sidecar, and port {WEBHOOK_PORT} is STRICT"))
        .configured()
}
