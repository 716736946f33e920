//! The external Gateway presents the certificate that its Secret holds.
//!
//! Envoy keeps the certificate that it was given last: with a Secret that was replaced while istiod was away, or deleted,
//! it goes on with the old one until it expires. Compared is the leaf, by its SHA-256; whom it is trusted by is another
//! check's question.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::knative_gateway::knative_gateway;
use crate::reading::sample::Sample;
use crate::sending::external_gateway::ExternalGateway;
use crate::sending::place::SAMPLE;
use probe::{Roots, Transcript};
use semantics::certificate::pem::{leaf_sha256, short_digest};
use semantics::istio::gateway_server::first_credential;
use semantics::knative::gateways::INGRESS_GATEWAY;
use semantics::selection::pods_of_gateway;
use std::time::Duration;
use view::pod::Pod;
use view::secret::TlsSecret;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Level, ObjectRef, Requirement, Tier, Verdict, object_named,
};
use world::{Check, Context};

const OTHER_CERTIFICATE: &str = "other-certificate";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "https::service::presents_the_configured_certificate",
        title: "the certificate presented is the configured one",
        text: include_str!("presents_the_configured_certificate.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the gateway presents the wildcard certificate of the Secret that its Gateway names",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[SAMPLE],
        budget: Duration::from_mins(1),
        remediation: "make sure that istiod runs and that no other Gateway claims the host; then restart the gateway's pods, which \
                      read the Secret of `servers[].tls.credentialName` anew",
        findings: &[FindingKind {
            code: OTHER_CERTIFICATE,
            meaning: "clients are shown another certificate than the one that was configured: an old one, or another Gateway's",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let Some(configured) = configured_leaf(cx).await? else {
        return Ok(skip_not_installed(format!("the certificate of Gateway {INGRESS_GATEWAY}")));
    };
    let mut hop = ExternalGateway::find(cx).await?.hop_from_this_machine(&sample.host, Roots::None);
    if let Some(tls) = &mut hop.order.tls {
        tls.record_only = true;
    }

    let presents = |transcript: &Transcript| presented_leaf(transcript) == Some(&configured.digest);
    let transcript = hop.send_until(cx, presents).await?;
    let Some(presented) = presented_leaf(&transcript) else {
        return Err(hop.other_manner("a certificate", &transcript));
    };
    let expected = format!("{}, the leaf of {}", short_digest(&configured.digest), configured.secret);
    if *presented == configured.digest {
        return Ok(Verdict::upheld(format!("{expected}: {hop}")));
    }
    let finding = Finding::new(
        OTHER_CERTIFICATE,
        object_named::<Pod>(&configured.gateway_pod.0, &configured.gateway_pod.1),
        hop.to_string(),
    );
    Ok(Verdict::violated(finding.expected(expected).observed(short_digest(presented))))
}

/// The leaf of the Secret that the Gateway names.
struct ConfiguredLeaf {
    gateway_pod: (String, String),
    secret: ObjectRef,
    digest: String,
}

async fn configured_leaf(cx: &Context) -> Result<Option<ConfiguredLeaf>, HarnessError> {
    let Some(gateway) = knative_gateway(cx, INGRESS_GATEWAY).await? else { return Ok(None) };
    let pods = cx.objects::<Pod>().await?;
    let Some(gateway_pod) = pods_of_gateway(&gateway, &pods).into_iter().next() else { return Ok(None) };
    let Some(name) = first_credential(&gateway) else { return Ok(None) };
    let secret = cx.object::<TlsSecret>(&gateway_pod.0, name).await?;
    let Some(pem) = secret.as_ref().and_then(|secret| secret.certificate.as_deref()) else { return Ok(None) };
    let secret = object_named::<TlsSecret>(&gateway_pod.0, name);
    let digest =
        leaf_sha256(pem).map_err(|source| HarnessError::field(secret.clone(), "data[tls.crt]", source))?;
    Ok(Some(ConfiguredLeaf { gateway_pod, secret, digest }))
}

fn presented_leaf(transcript: &Transcript) -> Option<&String> {
    Some(&transcript.tls()?.peer.first()?.sha256)
}
