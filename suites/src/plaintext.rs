//! Refused plaintext: what a proxy that demands mutual TLS does to a request without TLS.
//!
//! A sidecar in strict mode has no filter chain for plaintext and resets the connection; a gateway closes it. Both come
//! before any byte of an answer. Any answer of HTTP, an error too, says that plaintext was taken. What never got that
//! far (a name without an address, a timeout) proves nothing, and is an error.

use crate::hop::{Hop, manner, refusal};
use harness::check::{FindingCode, FindingKind};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::object::ObjectRef;
use probe::Transcript;

/// The one finding.
pub const PLAINTEXT_ANSWERED: FindingCode = "plaintext-answered";
/// What can be found.
pub const FINDINGS: &[FindingKind] = &[FindingKind {
    code: PLAINTEXT_ANSWERED,
    meaning: "a client without a certificate got an answer of HTTP, so that anybody who reaches the port may call",
}];

/// Whom plaintext is sent to.
#[derive(Debug)]
pub struct Target {
    /// What is called, as a finding names it.
    pub object: ObjectRef,
    /// From the client in the mesh, which has to be answered.
    pub control: Hop,
    /// From the client outside the mesh, which has to be refused.
    pub act: Hop,
}

impl Target {
    /// The same request from inside and from outside the mesh.
    pub fn new(object: ObjectRef, order: probe::Order) -> Self {
        Self { object, control: Hop::in_the_mesh(order.clone()), act: Hop::from_outside_the_mesh(order) }
    }
}

/// Calls each target from the mesh, where `accept` has to be met, and then from outside, where it has to be refused.
pub async fn is_refused(
    cx: &Context,
    targets: &[Target],
    (expected, accept): (&str, fn(&Transcript) -> bool),
) -> Result<Verdict, HarnessError> {
    for target in targets {
        target.control.control(cx, expected, accept).await?;
    }

    let (mut findings, mut refusals) = (Vec::new(), Vec::new());
    for target in targets {
        // A Service of a moment ago has no endpoints on every node yet; what is not decisive is asked again.
        let transcript = target.act.settle(cx, is_decisive).await?;
        if let Some(finding) = judge(target, &transcript)? {
            findings.push(finding);
        } else {
            let manner = refusal(&transcript.ended).unwrap_or_default();
            refusals.push(format!("{manner}: {}", target.act));
        }
    }
    Ok(Verdict::judge(findings, || format!("{}; the mesh client is answered", refusals.join("; "))))
}

fn is_decisive(transcript: &Transcript) -> bool {
    refusal(&transcript.ended).is_some() || transcript.http().is_some()
}

fn judge(target: &Target, transcript: &Transcript) -> Result<Option<Finding>, HarnessError> {
    match &transcript.ended {
        ended if refusal(ended).is_some() => Ok(None),
        _ if transcript.http().is_some() => Ok(Some(
            Finding::new(
                PLAINTEXT_ANSWERED,
                target.object.clone(),
                format!("port {}, {}", target.act.order.to.port, target.act.client),
            )
            .expected("reset or closed before any byte of an answer")
            .observed(manner(transcript)),
        )),
        _ => Err(HarnessError::OtherManner {
            hop: target.act.to_string(),
            expected: "reset or closed before any byte of an answer".to_owned(),
            observed: manner(transcript),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hop::plaintext;
    use probe::{Ended, Layer};
    use rstest::rstest;

    fn judged(ended: Ended) -> Result<Option<Finding>, HarnessError> {
        let object = ObjectRef::namespaced("Service", "n", "echo");
        let target = Target::new(object, plaintext("echo.n.svc", 80));
        let transcript = Transcript {
            version: 1,
            id: String::new(),
            started: jiff::Timestamp::UNIX_EPOCH,
            took_us: 1,
            connections: Vec::new(),
            exchange: None,
            ended,
        };
        judge(&target, &transcript)
    }

    #[rstest]
    #[case::sidecar(Ended::Reset { layer: Layer::Request, after_bytes: 0 })]
    #[case::gateway(Ended::Closed { layer: Layer::Request, after_bytes: 0 })]
    fn connection_that_ends_before_a_byte_is_refused(#[case] ended: Ended) {
        assert_eq!(judged(ended).unwrap(), None);
    }

    #[rstest]
    #[case::no_name(Ended::Unresolved { reason: "NXDOMAIN".into() })]
    #[case::nobody_there(Ended::Refused)]
    #[case::no_way(Ended::Timeout { layer: Layer::Connect })]
    #[case::silence(Ended::Timeout { layer: Layer::Request })]
    #[case::cut(Ended::Reset { layer: Layer::Response, after_bytes: 7 })]
    fn other_manner_proves_nothing(#[case] ended: Ended) {
        let error = judged(ended).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "refused in another manner, which proves nothing; foreign client → echo.n.svc:80"
            ),
            "{error}"
        );
    }
}
