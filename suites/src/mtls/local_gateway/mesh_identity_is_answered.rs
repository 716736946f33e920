//! A client with a certificate of the mesh is answered by the local gateway itself.
//!
//! A plain call from the mesh proves nothing about the gateway: the client's sidecar routes it around the gateway. So the
//! client bypasses its sidecar, connects to the gateway's pod with its workload's certificate, and accepts only the
//! gateway's own identity. Where the mesh writes an access log, the gateway's has to hold the request.

use crate::reading::capability;
use crate::reading::mesh_setting::istio_document_setting;
use crate::reading::sample::Sample;
use crate::sending::answer::{describe_ending, is_http_200, received_request};
use crate::sending::local_gateway::LocalGateway;
use crate::sending::place::{MESH, SAMPLE};
use probe::Transcript;
use semantics::flavour;
use semantics::istio::mesh_setting::IstioDocument;
use semantics::istio::sidecar::SIDECAR;
use std::time::Duration;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const MESH_IDENTITY_REFUSED: &str = "mesh-identity-refused";
/// What finds the request in the access log; the proxy gives it to each request, and the sample answers with it.
const REQUEST_ID: &str = "x-request-id";
/// How long a proxy may keep a line of its access log to itself.
const FLUSH: Duration = Duration::from_secs(15);

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::local_gateway::mesh_identity_is_answered",
        title: "the local gateway answers a workload of the mesh",
        text: include_str!("mesh_identity_is_answered.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the gateway for calls inside the cluster answers clients that present a certificate of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2, callout 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[flavour::UPSTREAM, flavour::OSSM2],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[MESH, SAMPLE],
        budget: Duration::from_mins(1),
        remediation: "set `servers[]` of the Gateway `knative-local-gateway` to port 8081, `HTTPS`, `tls.mode: ISTIO_MUTUAL` and \
                      `hosts: [\"*\"]`, and let no AuthorizationPolicy of the gateway's namespace deny the mesh's workloads",
        findings: &[FindingKind {
            code: MESH_IDENTITY_REFUSED,
            meaning: "a workload with a certificate of the mesh is not answered by the gateway, or not by the gateway itself",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let gateway = LocalGateway::find(cx).await?;
    let act = gateway.hop_with_mesh_identity(&sample.local_host(cx), "/");

    let transcript = act.send_until(cx, is_http_200).await?;
    if !is_http_200(&transcript) {
        let field = format!("port {}, {} with a certificate of the mesh", act.order.to.port, act.client);
        let finding = Finding::new(MESH_IDENTITY_REFUSED, gateway.pod.object_ref(), field);
        let expected = format!("HTTP 200 from `{}`", gateway.identity());
        return Ok(Verdict::violated(finding.expected(expected).observed(describe_ending(&transcript))));
    }
    let log = access_log_note(cx, &gateway, &transcript).await?;
    Ok(Verdict::upheld(format!("HTTP 200 from `{}`{log}: {act}", gateway.identity())))
}

/// What the gateway's access log says of the request, where the mesh writes one.
async fn access_log_note(
    cx: &Context,
    gateway: &LocalGateway,
    transcript: &Transcript,
) -> Result<&'static str, HarnessError> {
    let file = istio_document_setting(cx, IstioDocument::MeshConfig, "/accessLogFile").await?;
    if file.text()? != Some("/dev/stdout") {
        return Ok(" (the mesh writes no access log that could tell more)");
    }
    let meta = gateway.pod.meta();
    let id =
        received_request(transcript).and_then(|request| request.header(REQUEST_ID).map(ToOwned::to_owned));
    let Some(id) = id else {
        let what = format!("`{REQUEST_ID}` in what the sample received");
        return Err(HarnessError::NotThere { what, last_seen: describe_ending(transcript) });
    };
    let log = (meta.namespace.as_str(), meta.name.as_str(), SIDECAR);
    let line = cx.log_line(log, transcript.started, &id, FLUSH).await?;
    match line {
        Some(_) => Ok(", and in its access log"),
        None => Err(HarnessError::NotThere {
            what: format!("line of the request in the access log of pod {}/{}", meta.namespace, meta.name),
            last_seen: format!("none with request id {id} within {FLUSH:?}"),
        }),
    }
}
