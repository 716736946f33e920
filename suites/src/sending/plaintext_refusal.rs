//! Refused plaintext: what a proxy that demands mutual TLS does to a request without TLS.
//!
//! A sidecar in strict mode has no filter chain for plaintext and resets the connection; a gateway closes it. Both come
//! before any byte of an answer. Any answer of HTTP, an error too, says that plaintext was taken. What never got that
//! far (a name without an address, a timeout) proves nothing, and is an error.

use crate::reading::service_host::service_host;
use crate::sending::answer::{EXPECTED_REFUSAL, describe_ending, describe_refusal, is_http_200};
use crate::sending::hop::{Hop, plaintext_request};
use probe::{Order, Transcript};
use view::service::Service;
use vocabulary::{Finding, FindingCode, FindingKind, HarnessError, ObjectRef, Verdict, object_named};
use world::Context;

/// The one finding.
const PLAINTEXT_ANSWERED: FindingCode = "plaintext-answered";
/// What can be found.
pub const PLAINTEXT_FINDINGS: &[FindingKind] = &[FindingKind {
    code: PLAINTEXT_ANSWERED,
    meaning: "a client without a certificate got an answer of HTTP, so that anybody who reaches the port may call",
}];

/// Whom plaintext is sent to.
#[derive(Debug)]
pub struct PlaintextTarget {
    /// What is called, as a finding names it.
    pub object: ObjectRef,
    /// From the client in the mesh, which has to be answered.
    pub control: Hop,
    /// From the client outside the mesh, which has to be refused.
    pub act: Hop,
    /// What the client in the mesh has to be answered.
    pub expected_control: &'static str,
    /// Whether an answer is that.
    pub is_control_met: fn(&Transcript) -> bool,
}

impl PlaintextTarget {
    /// The same request from inside and from outside the mesh; inside it is to be answered with status 200.
    pub fn new(object: ObjectRef, order: Order) -> Self {
        Self {
            object,
            control: Hop::in_the_mesh(order.clone()),
            act: Hop::from_outside_the_mesh(order),
            expected_control: "HTTP 200",
            is_control_met: is_http_200,
        }
    }

    /// A port of a Service.
    pub fn service(cx: &Context, namespace: &str, name: &str, port: u16) -> Self {
        let order = plaintext_request(service_host(cx, namespace, name), port);
        Self::new(object_named::<Service>(namespace, name), order)
    }
}

/// Calls each target from the mesh, where it has to answer, and then from outside, where it has to refuse.
pub async fn judge_plaintext_refusal(
    cx: &Context,
    targets: &[PlaintextTarget],
) -> Result<Verdict, HarnessError> {
    for target in targets {
        target.control.control(cx, target.expected_control, target.is_control_met).await?;
    }

    let (mut findings, mut refusals) = (Vec::new(), Vec::new());
    for target in targets {
        // A Service of a moment ago has no endpoints on every node yet; what is not decisive is asked again.
        let transcript = target.act.send_until(cx, is_decisive).await?;
        match plaintext_finding(target, &transcript)? {
            Ok(refusal) => refusals.push(format!("{refusal}: {}", target.act)),
            Err(finding) => findings.push(finding),
        }
    }
    Ok(Verdict::judge(findings, || format!("{}; the mesh client is answered", refusals.join("; "))))
}

fn is_decisive(transcript: &Transcript) -> bool {
    describe_refusal(&transcript.ended).is_some() || transcript.http().is_some()
}

/// How the request was refused, or the finding where it was answered.
fn plaintext_finding(
    target: &PlaintextTarget,
    transcript: &Transcript,
) -> Result<Result<&'static str, Finding>, HarnessError> {
    let act = &target.act;
    if let Some(refusal) = describe_refusal(&transcript.ended) {
        return Ok(Ok(refusal));
    }
    if transcript.http().is_none() {
        return Err(act.other_manner(EXPECTED_REFUSAL, transcript));
    }
    let field = format!("port {}, {}", act.order.to.port, act.client);
    let finding = Finding::new(PLAINTEXT_ANSWERED, target.object.clone(), field);
    Ok(Err(finding.expected(EXPECTED_REFUSAL).observed(describe_ending(transcript))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::hop::plaintext_request;
    use probe::{Ending, Layer};
    use rstest::rstest;

    fn verdict_on(ended: Ending) -> Result<Result<&'static str, Finding>, HarnessError> {
        let object = ObjectRef::namespaced("Service", "n", "echo");
        let target = PlaintextTarget::new(object, plaintext_request("echo.n.svc", 80));
        let transcript = Transcript {
            version: 1,
            id: String::new(),
            started: jiff::Timestamp::UNIX_EPOCH,
            took_us: 1,
            connections: Vec::new(),
            exchange: None,
            ended,
        };
        plaintext_finding(&target, &transcript)
    }

    #[rstest]
    #[case::sidecar(Ending::Reset { layer: Layer::Request, after_bytes: 0 })]
    #[case::gateway(Ending::Closed { layer: Layer::Request, after_bytes: 0 })]
    fn connection_that_ends_before_a_byte_is_refused(#[case] ended: Ending) {
        assert!(verdict_on(ended).unwrap().unwrap().ends_with("before any byte"));
    }

    #[rstest]
    #[case::no_name(Ending::Unresolved { reason: "NXDOMAIN".into() })]
    #[case::nobody_there(Ending::Refused)]
    #[case::no_way(Ending::Timeout { layer: Layer::Connect })]
    #[case::silence(Ending::Timeout { layer: Layer::Request })]
    #[case::cut(Ending::Reset { layer: Layer::Response, after_bytes: 7 })]
    fn other_manner_proves_nothing(#[case] ended: Ending) {
        let error = verdict_on(ended).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "refused in another manner, which proves nothing; foreign client → echo.n.svc:80"
            ),
            "{error}"
        );
    }
}
