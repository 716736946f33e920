//! The called workload is told who calls: the identity of the caller's workload, by its certificate.
//!
//! The server answers with the headers that it received; its sidecar writes the caller's identity into
//! `X-Forwarded-Client-Cert`. Without it an AuthorizationPolicy that names principals allows nobody.

use crate::hop::{Hop, is_ok, manner, plaintext, received};
use crate::mesh_setting::{self, Config};
use crate::place::MESH;
use crate::{capability, flavour};
use harness::check::{Check, FindingKind, Level, Requirement, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::view::named;
use probe::Transcript;
use std::time::Duration;
use view::pod::Pod;

const CALLER_NOT_NAMED: &str = "caller-not-named";
const OTHER_CALLER_NAMED: &str = "other-caller-named";
const XFCC: &str = "x-forwarded-client-cert";

/// See the module text.
pub static CHECK: Check = Check {
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
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let (namespace, domain) = (&cx.inputs().namespaces.mesh, &cx.inputs().serverless.cluster_domain);
    let trust_domain = match cx.flavour() {
        flavour::UPSTREAM => mesh_setting::of_config_map(cx, Config::Mesh, "/trustDomain").await?.value,
        _ => None,
    };
    let trust_domain = trust_domain.as_ref().and_then(|value| value.as_str()).unwrap_or("cluster.local");
    let expected = format!("URI=spiffe://{trust_domain}/ns/{namespace}/sa/probe");

    let hop = Hop::in_the_mesh(plaintext(format!("echo.{namespace}.svc.{domain}"), 80));
    let transcript = hop.control(cx, "HTTP 200", is_ok).await?;

    let field = format!("header `{XFCC}`, {hop}");
    let finding =
        |code| Finding::new(code, named::<Pod>(namespace, "echo"), field.clone()).expected(expected.clone());
    Ok(match identity(&transcript) {
        Err(observed) => Verdict::violated(finding(CALLER_NOT_NAMED).observed(observed)),
        Ok(uri) if uri == expected => Verdict::upheld(format!("{uri}: {hop}")),
        Ok(uri) => Verdict::violated(finding(OTHER_CALLER_NAMED).observed(uri)),
    })
}

/// The identity of who called the server last: the element after the last comma, where several proxies added theirs.
fn identity(transcript: &Transcript) -> Result<String, String> {
    let other = || format!("{}, and not what the server received", manner(transcript));
    let received = received(transcript).ok_or_else(other)?;
    let header = received.header(XFCC).ok_or("no such header")?;
    let last = header.rsplit(',').next().unwrap_or(header);
    let uri = last.split(';').find(|part| part.starts_with("URI="));
    uri.map(ToOwned::to_owned).ok_or_else(|| format!("no URI in `{header}`"))
}
