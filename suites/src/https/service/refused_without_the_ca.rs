//! A client that trusts only whom its machine trusts refuses the certificate of the external Gateway.
//!
//! This is what makes a trusted request prove something: without the configured root the same request fails, because of
//! the certificate and nothing else. Where the machine trusts the certificate already, the configured root proves nothing.
//! The control is the same request with the root.

use crate::judging::skip::skip_without_root_ca;
use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::reading::trust::{configured_roots, machine_roots};
use crate::sending::answer::{describe_ending, is_http_200};
use crate::sending::external_gateway::ExternalGateway;
use crate::sending::place::SAMPLE;
use probe::Ending;
use std::time::Duration;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const TRUSTED_WITHOUT_THE_ROOT: &str = "trusted-without-the-root";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "https::service::refused_without_the_ca",
        title: "HTTPS without the root is refused by the client",
        text: include_str!("refused_without_the_ca.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "trust in the wildcard certificate comes from the configured root alone",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.4, step 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[SAMPLE],
        budget: Duration::from_mins(1),
        remediation: "take the root out of this machine's trust store, or, where a public authority issued the certificate on \
                      purpose, name that authority's root in `tls.root_ca` and take this warning as said",
        findings: &[FindingKind {
            code: TRUSTED_WITHOUT_THE_ROOT,
            meaning: "this machine trusts the certificate without the configured root, so that a trusted request proves nothing of it",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let Some(roots) = configured_roots(cx)? else { return Ok(skip_without_root_ca()) };
    let sample = Sample::find_ready(cx).await?;
    let external = ExternalGateway::find(cx).await?;
    let control = external.hop_from_this_machine(&sample.host, roots);
    control.control(cx, "HTTP 200 with the configured root", is_http_200).await?;

    let act = external.hop_from_this_machine(&sample.host, machine_roots(cx)?);
    let transcript = act.send(cx).await?;
    match &transcript.ended {
        Ending::Untrusted { reason } => {
            Ok(Verdict::upheld(format!("refused by the client; {reason}: https://{}", sample.host)))
        }
        Ending::Answered => {
            let field = format!("https://{}, {} without the root", sample.host, act.client);
            let finding = Finding::new(TRUSTED_WITHOUT_THE_ROOT, sample.service.object_ref(), field);
            let expected = "the client refuses the certificate: unknown issuer";
            Ok(Verdict::violated(finding.expected(expected).observed(describe_ending(&transcript))))
        }
        _ => Err(act.other_manner("the client refuses the certificate", &transcript)),
    }
}
