//! The external Gateway presents the certificate that its Secret holds.
//!
//! Envoy keeps the certificate that it was given last: with a Secret that was replaced while istiod was away, or deleted,
//! it goes on with the old one until it expires. Compared is the leaf, by its SHA-256; whom it is trusted by is another
//! check's question.

use crate::capability;
use crate::hop::manner;
use crate::ingress::Ingress;
use crate::place::SAMPLE;
use crate::sample::Sample;
use crate::selection::{self, INGRESS_GATEWAY};
use harness::check::{Check, FindingKind, Level, Requirement, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::outcome::SkipReason;
use harness::view::named;
use probe::{Roots, Transcript};
use std::sync::Arc;
use std::time::Duration;
use view::pod::Pod;
use view::secret::{TlsSecret, sha256_hex};

const OTHER_CERTIFICATE: &str = "other-certificate";

/// See the module text.
pub static CHECK: Check = Check {
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
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::ready(cx).await?;
    let Some(configured) = configured(cx).await? else {
        let what = format!("the certificate of Gateway {INGRESS_GATEWAY}");
        return Ok(Verdict::NotApplicable(SkipReason::NotInstalled { what }));
    };
    let mut hop = Ingress::find(cx).await?.from_outside(&sample.host, Roots::None);
    if let Some(tls) = &mut hop.order.tls {
        tls.record_only = true;
    }

    let presents = |transcript: &Transcript| leaf(transcript).as_ref() == Some(&configured.leaf);
    let transcript = hop.settle(cx, presents).await?;
    let Some(leaf) = leaf(&transcript) else {
        let (hop, observed) = (hop.to_string(), manner(&transcript));
        return Err(HarnessError::OtherManner { hop, expected: "a certificate".to_owned(), observed });
    };
    if leaf == configured.leaf {
        return Ok(Verdict::upheld(format!("{}, the leaf of {}: {hop}", short(&leaf), configured.secret)));
    }
    let finding = Finding::new(
        OTHER_CERTIFICATE,
        named::<Pod>(&configured.gateway.0, &configured.gateway.1),
        hop.to_string(),
    );
    let expected = format!("{}, the leaf of {}", short(&configured.leaf), configured.secret);
    Ok(Verdict::violated(finding.expected(expected).observed(short(&leaf))))
}

/// The leaf that is configured, by its digest.
struct Configured {
    gateway: (String, String),
    secret: String,
    leaf: String,
}

async fn configured(cx: &Context) -> Result<Option<Configured>, HarnessError> {
    let Some(gateway) = selection::gateway(cx, INGRESS_GATEWAY).await? else { return Ok(None) };
    let pods = cx.objects::<Pod>().await?;
    let Some(pod) = selection::of_gateway(&gateway, &pods).into_iter().next() else { return Ok(None) };
    let named_by = gateway.spec.servers.iter().filter_map(|server| server.tls.as_ref());
    let name = named_by.map(|tls| tls.credential_name.clone()).find(|name| !name.is_empty());
    let Some(name) = name else { return Ok(None) };
    let secret: Option<Arc<TlsSecret>> = cx.object::<TlsSecret>(&pod.0, &name).await?;
    let pem = secret.as_ref().and_then(|secret| secret.certificate.clone());
    let Some(pem) = pem else { return Ok(None) };
    let leaf = rustls_pemfile::certs(&mut pem.as_bytes()).find_map(Result::ok);
    Ok(leaf.map(|leaf| Configured {
        secret: named::<TlsSecret>(&pod.0, &name).to_string(),
        leaf: sha256_hex(&leaf),
        gateway: pod,
    }))
}

fn leaf(transcript: &Transcript) -> Option<String> {
    Some(transcript.tls()?.peer.first()?.sha256.clone())
}

fn short(digest: &str) -> String {
    format!("SHA-256 {}…", digest.chars().take(16).collect::<String>())
}
