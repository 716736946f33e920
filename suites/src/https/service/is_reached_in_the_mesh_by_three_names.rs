//! A workload in the mesh reaches the sample Knative Service by each of its three names inside the cluster.
//!
//! Knative gives a route the full name, the one without the cluster's domain, and the one without `svc`. Each has to be
//! answered by the sample itself.

use crate::reading::capability;
use crate::reading::sample::{SAMPLE_NAME, Sample};
use crate::sending::answer::{describe_ending, is_sample_answer, require_whole_answer};
use crate::sending::hop::{Hop, plaintext_request};
use crate::sending::place::{MESH, SAMPLE};
use std::time::Duration;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const NAME_NOT_ANSWERED: &str = "name-not-answered";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "https::service::is_reached_in_the_mesh_by_three_names",
        title: "the mesh reaches the sample by its three names",
        text: include_str!("is_reached_in_the_mesh_by_three_names.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "workloads of the mesh reach a Knative Service by its names inside the cluster",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[MESH, SAMPLE],
        budget: Duration::from_mins(1),
        remediation: "delete the DestinationRule that sets `trafficPolicy.tls` for the revision, and the AuthorizationPolicy that \
                      denies the caller at the activator; the VirtualService `<name>-mesh` has to list the name in `spec.hosts`",
        findings: &[FindingKind {
            code: NAME_NOT_ANSWERED,
            meaning: "a workload of the mesh that calls the Knative Service by this name is not answered by it",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let namespace = sample.namespace();
    let names = [
        sample.local_host(cx),
        format!("{SAMPLE_NAME}.{namespace}.svc"),
        format!("{SAMPLE_NAME}.{namespace}"),
    ];

    let mut findings = Vec::new();
    for name in &names {
        let hop = Hop::in_the_mesh(plaintext_request(name, 80));
        let transcript = hop.send_until(cx, is_sample_answer).await?;
        if !is_sample_answer(&transcript) {
            require_whole_answer(&transcript)?;
            let finding =
                Finding::new(NAME_NOT_ANSWERED, sample.service.object_ref(), format!("http://{name}, {hop}"));
            findings
                .push(finding.expected("HTTP 200 from the sample").observed(describe_ending(&transcript)));
        }
    }
    Ok(Verdict::judge(findings, || format!("HTTP 200 from the sample: {}", names.join(", "))))
}
