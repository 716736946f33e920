//! Mutual TLS is strict for the whole mesh.
//!
//! The document sets one flag of the ServiceMeshControlPlane; what takes effect is the PeerAuthentication without a
//! selector in the mesh's root namespace, which Maistra generates from the flag. Its name is irrelevant. Where several
//! exist, Istio takes the oldest.

use crate::reading::capability;
use crate::reading::mesh_setting::service_mesh_setting;
use crate::reading::root_namespace::root_namespace;
use semantics::flavour;
use semantics::istio::mutual_tls::{STRICT, mesh_wide_policy, policy_mode};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use view::peer_authentication::PeerAuthentication;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, UnjudgedFinding,
    Verdict, View, object_named,
};
use world::{Check, Context};

const NO_MESH_WIDE_POLICY: &str = "no-mesh-wide-policy";
const MODE_NOT_STRICT: &str = "mode-not-strict";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::mtls::is_strict_mesh_wide",
        title: "mutual TLS is strict for the whole mesh",
        text: include_str!("is_strict_mesh_wide.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "only calls with a valid client certificate are answered in the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `spec.mtls.mode: STRICT` in the PeerAuthentication without a selector in the mesh's root \
                      namespace; on OpenShift Service Mesh 2 set `spec.security.dataPlane.mtls: true` in the \
                      ServiceMeshControlPlane, which generates it",
        findings: &[
            FindingKind {
                code: NO_MESH_WIDE_POLICY,
                meaning: "the root namespace holds no PeerAuthentication that speaks of every workload, so plaintext is accepted",
            },
            FindingKind {
                code: MODE_NOT_STRICT,
                meaning: "the mesh-wide PeerAuthentication accepts plaintext",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let (root, of_root) = root_namespace(cx).await?;
    let policies = cx.known_objects::<PeerAuthentication>().await?;
    if cx.flavour() == flavour::OSSM2 {
        let flag = service_mesh_setting(cx, "/security/dataPlane/mtls").await?;
        if flag.value != Some(Value::Bool(true)) {
            let observed = flag.describe_value();
            let finding = Finding::new(MODE_NOT_STRICT, flag.object, flag.field);
            return Ok(Verdict::violated(finding.expected("true").observed(observed)));
        }
    }
    // With OpenShift Service Mesh 2 the control plane makes the policy, and has to be set as well.
    let by_flavour = cx.flavour().missing();
    let missing = policies.missing_in(&root).or_else(|| by_flavour.clone());
    let mut verdict = judge_policy(&root, of_root.is_some(), mesh_wide_policy(&policies, &root), missing);
    let rest = |missing| UnjudgedFinding {
        is_judged_in_part: true,
        ..UnjudgedFinding::new(MODE_NOT_STRICT, missing)
    };
    verdict.leave(by_flavour.or(of_root).map(rest).into_iter().collect());
    Ok(verdict)
}

fn judge_policy(
    root: &str,
    is_root_configured: bool,
    policy: Option<&Arc<PeerAuthentication>>,
    missing: Option<String>,
) -> Verdict {
    let mut judgement = Judgement::default();
    let Some(policy) = policy else {
        let object = object_named::<PeerAuthentication>(root, "default");
        let finding = Finding::new(NO_MESH_WIDE_POLICY, object, "spec.mtls.mode")
            .expected("a PeerAuthentication without a selector in the root namespace, with mode `STRICT`")
            .observed(format!("none without a selector in namespace {root}"));
        judgement.leave(MODE_NOT_STRICT, missing.clone());
        judgement.add_absence(missing, finding);
        return judgement.verdict(String::new);
    };
    if policy_mode(policy) != STRICT {
        let finding = Finding::new(MODE_NOT_STRICT, policy.object_ref(), "spec.mtls.mode");
        judgement.add(finding.expected(STRICT).observed(policy_mode(policy)));
    }
    let origin = if is_root_configured { "; its root namespace is that of the inputs" } else { "" };
    judgement.verdict(|| format!("{STRICT}: {}{origin}", policy.object_ref()))
}
