//! The local gateway demands a client certificate: a TLS client without one is sent an alert.
//!
//! In TLS 1.3 the handshake is complete on the client's side when the server refuses, with alert 116; in TLS 1.2 the
//! refusal is alert 40. The client trusts whatever certificate it is shown, since only the server's demand is judged.
//! Nothing is sent but the handshake. A refusal counts only when the control succeeds: a client of the mesh that presents
//! its workload's certificate, and trusts any certificate as well, gets some answer of HTTP from the gateway.

use crate::reading::capability;
use crate::sending::answer::describe_ending;
use crate::sending::hop::Hop;
use crate::sending::local_gateway::LocalGateway;
use crate::sending::place::{FOREIGN, MESH};
use probe::{BytesOrder, Ending, Order, TlsOrder, Transcript};
use semantics::flavour;
use semantics::knative::gateways::LOCAL_GATEWAY;
use std::time::Duration;
use view::gateway::Gateway;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, object_named,
};
use world::{Check, Context};

const NO_CERTIFICATE_DEMANDED: &str = "no-certificate-demanded";
const NO_TLS_SPOKEN: &str = "no-tls-spoken";
/// `handshake_failure`, `bad_certificate` and `certificate_required` (RFC 8446, 6.2).
const DEMANDS: [u8; 3] = [40, 42, 116];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::local_gateway::certificate_is_demanded",
        title: "the local gateway demands a client certificate",
        text: include_str!("certificate_is_demanded.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a TLS client without a certificate is refused by the gateway for calls inside the cluster",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2, callout 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[flavour::UPSTREAM, flavour::OSSM2],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVING],
        places: &[MESH, FOREIGN],
        budget: Duration::from_secs(45),
        remediation: "set `servers[].port.protocol: HTTPS` and `servers[].tls.mode: ISTIO_MUTUAL` in the Gateway \
                      `knative-local-gateway`, through `spec.ingress.istio` of the KnativeServing where an operator owns it",
        findings: &[
            FindingKind {
                code: NO_CERTIFICATE_DEMANDED,
                meaning: "a TLS client without a certificate is let in, so that any workload of the cluster may call",
            },
            FindingKind {
                code: NO_TLS_SPOKEN,
                meaning: "the gateway speaks no TLS on the port of calls inside the cluster",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let gateway = LocalGateway::find(cx).await?;
    let handshake = TlsOrder { record_only: true, without_sni: true, ..TlsOrder::default() };
    let order = Order::new(gateway.service_host(cx), 80, BytesOrder::default()).with_tls(handshake);
    let act = Hop::from_outside_the_mesh(order);

    let is_decisive =
        |transcript: &Transcript| transcript.tls().is_some_and(|tls| tls.completed || tls.alert.is_some());
    let transcript = act.send_until(cx, is_decisive).await?;
    let verdict = judge(cx, &act, &transcript)?;
    if matches!(verdict, Verdict::Upheld { .. }) {
        let mut control = gateway.hop_with_mesh_identity(&gateway.service_host(cx), "/");
        if let Some(tls) = &mut control.order.tls {
            tls.record_only = true;
        }
        let expected = "an answer of HTTP to a certificate of the mesh";
        control.control(cx, expected, |transcript| transcript.http().is_some()).await?;
    }
    Ok(verdict)
}

fn judge(cx: &Context, act: &Hop, transcript: &Transcript) -> Result<Verdict, HarnessError> {
    let object = object_named::<Gateway>(&cx.inputs().serverless.serving_namespace, LOCAL_GATEWAY);
    let finding = |code| {
        let finding =
            Finding::new(code, object.clone(), format!("port 80, {} without a certificate", act.client));
        Verdict::violated(
            finding
                .expected("TLS alert 116 `certificate_required`, or 40 in TLS 1.2")
                .observed(describe_ending(transcript)),
        )
    };
    let completed = transcript.tls().is_some_and(|tls| tls.completed);
    match &transcript.ended {
        Ending::Alert { number, name, .. } if DEMANDS.contains(number) => {
            Ok(Verdict::upheld(format!("TLS alert {number} `{name}`: {act}")))
        }
        Ending::Silent | Ending::Answered if completed => Ok(finding(NO_CERTIFICATE_DEMANDED)),
        // A listener of HTTP answers a ClientHello with an error of HTTP, or closes.
        Ending::ProtocolError { .. } | Ending::Closed { .. } | Ending::Reset { .. } if !completed => {
            Ok(finding(NO_TLS_SPOKEN))
        }
        _ => Err(act.other_manner("a TLS handshake", transcript)),
    }
}
