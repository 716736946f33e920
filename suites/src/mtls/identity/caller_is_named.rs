//! The called workload is told who calls: the identity of the caller's workload, by its certificate.
//!
//! The server answers with the headers that it received; its sidecar writes the caller's identity into
//! `X-Forwarded-Client-Cert`. Without it an AuthorizationPolicy that names principals allows nobody.

use crate::reading::capability;
use crate::reading::trust_domain::mesh_trust_domain;
use crate::sending::answer::{describe_ending, is_http_200, received_request, require_whole_answer};
use crate::sending::hop::{Hop, plaintext_request};
use crate::sending::place::{ECHO, MESH, echo_host};
use probe::Transcript;
use semantics::flavour;
use semantics::istio::identity::{CALLER_HEADER, DEFAULT_TRUST_DOMAIN, caller_uri, spiffe_id};
use std::time::Duration;
use view::pod::Pod;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, object_named,
};
use world::{Check, Context};

const CALLER_NOT_NAMED: &str = "caller-not-named";
const OTHER_CALLER_NAMED: &str = "other-caller-named";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::identity::caller_is_named",
        title: "a called workload is told the caller's identity",
        text: include_str!("caller_is_named.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a call within the mesh carries the identity of the calling workload, proven by its certificate",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[MESH],
        budget: Duration::from_secs(45),
        remediation: "delete the DestinationRule that sets `trafficPolicy.tls` for the called host, and the VirtualService that \
                      leads its calls elsewhere; both pods need a sidecar (`sidecar.istio.io/inject`)",
        findings: &[
            FindingKind {
                code: CALLER_NOT_NAMED,
                meaning: "the call arrives without an identity: it did not come over mutual TLS",
            },
            FindingKind {
                code: OTHER_CALLER_NAMED,
                meaning: "the call arrives with the identity of somebody in between, who ended the caller's mutual TLS",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().namespaces.mesh;
    let trust_domain = match cx.known_flavour()? {
        flavour::UPSTREAM => mesh_trust_domain(cx).await?,
        _ => DEFAULT_TRUST_DOMAIN.to_owned(),
    };
    let expected = format!("URI={}", spiffe_id(&trust_domain, namespace, "probe"));

    let hop = Hop::in_the_mesh(plaintext_request(echo_host(cx), 80));
    let transcript = hop.control(cx, "HTTP 200", is_http_200).await?;

    require_whole_answer(&transcript)?;
    let field = format!("header `{CALLER_HEADER}`, {hop}");
    let finding = |code| {
        Finding::new(code, object_named::<Pod>(namespace, ECHO), field.clone()).expected(expected.clone())
    };
    Ok(match caller(&transcript) {
        Err(observed) => Verdict::violated(finding(CALLER_NOT_NAMED).observed(observed)),
        Ok(uri) if uri == expected => Verdict::upheld(format!("{uri}: {hop}")),
        Ok(uri) => Verdict::violated(finding(OTHER_CALLER_NAMED).observed(uri)),
    })
}

/// Who called the server last, as `URI=…`, or what is there instead.
fn caller(transcript: &Transcript) -> Result<String, String> {
    let other = || format!("{}, and not what the server received", describe_ending(transcript));
    let request = received_request(transcript).ok_or_else(other)?;
    let header = request.header(CALLER_HEADER).ok_or("no such header")?;
    caller_uri(header).map(ToOwned::to_owned).ok_or_else(|| format!("no URI in `{header}`"))
}
