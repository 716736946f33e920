//! A client that trusts the configured root, and nobody else, is answered by the sample Knative Service over HTTPS.
//!
//! Asked twice: from this machine, as a person with `curl --cacert` would, and from a pod outside the mesh, for which the
//! document names the external domain as the only way in. The answer has to come from the sample itself.

use crate::judging::skip::skip_without_root_ca;
use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::reading::trust::configured_roots;
use crate::sending::answer::{describe_ending, is_sample_answer, require_whole_answer};
use crate::sending::external_gateway::ExternalGateway;
use crate::sending::place::{FOREIGN, SAMPLE};
use probe::Ending;
use std::time::Duration;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const CERTIFICATE_NOT_TRUSTED: &str = "certificate-not-trusted";
const NOT_ANSWERED: &str = "not-answered";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "https::service::answers_ca_trusted_request",
        title: "HTTPS with the trusted root is answered by the sample",
        text: include_str!("answers_ca_trusted_request.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a client that trusts the root of the wildcard certificate reaches a Knative Service over HTTPS",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.4, steps 2 and 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[SAMPLE, FOREIGN],
        budget: Duration::from_mins(1),
        remediation: "let `servers[].tls.credentialName` of the Gateway `knative-ingress-gateway` name a Secret in the gateway's \
                      namespace whose `tls.crt` the root issued for `*.<domain>`; restart gateway pods that started without it",
        findings: &[
            FindingKind {
                code: CERTIFICATE_NOT_TRUSTED,
                meaning: "the certificate that is presented was not issued by the configured root, or for another name",
            },
            FindingKind {
                code: NOT_ANSWERED,
                meaning: "the connection fails, or somebody else than the sample answers, or with an error",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let Some(roots) = configured_roots(cx)? else { return Ok(skip_without_root_ca()) };
    let sample = Sample::find_ready(cx).await?;
    let external = ExternalGateway::find(cx).await?;
    let hops = [
        external.hop_from_this_machine(&sample.host, roots.clone()),
        external.hop_from_foreign_client(&sample.host, roots),
    ];

    let (mut findings, mut answers) = (Vec::new(), Vec::new());
    for hop in hops {
        let transcript = hop.send_until(cx, is_sample_answer).await?;
        if is_sample_answer(&transcript) {
            let version = transcript.http().map_or("HTTP", |answer| answer.version.as_str());
            answers.push(format!("{version} 200 to {}", hop.client));
            continue;
        }
        require_whole_answer(&transcript)?;
        let code = match transcript.ended {
            Ending::Untrusted { .. } => CERTIFICATE_NOT_TRUSTED,
            _ => NOT_ANSWERED,
        };
        let finding =
            Finding::new(code, sample.service.object_ref(), format!("https://{}, {hop}", sample.host));
        findings.push(finding.expected("HTTP 200 from the sample").observed(describe_ending(&transcript)));
    }
    Ok(Verdict::judge(findings, || format!("{}: https://{}", answers.join(", "), sample.host)))
}
