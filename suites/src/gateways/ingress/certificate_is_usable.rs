//! The Secret of `knative-ingress-gateway` holds a certificate that a strict client accepts.
//!
//! The Secret is looked up where the gateway's pods are, since only there Istio reads it. Without it nothing shows until
//! the gateway restarts: Envoy keeps the certificate that it has. Accepted is what rustls and Go accept: a leaf of
//! X.509 version 3 for servers that names one label below the domain (`*.domain`), that is valid now, that a distinct
//! authority issued, with its key and in order. Whether that authority is trusted is the client's business.

use crate::certificate::{self, FlawKind, Standard};
use crate::selection::{self, INGRESS_GATEWAY};
use crate::{capability, flavour};
use harness::check::{Check, FindingKind, Level, Requirement, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::outcome::SkipReason;
use harness::view::{View, named};
use std::time::Duration;
use view::config_map::ConfigMap;
use view::pod::Pod;
use view::secret::TlsSecret;

const SECRET_MISSING: &str = "secret-missing";
const SECRET_INCOMPLETE: &str = "secret-incomplete";
const UNREADABLE: &str = "certificate-unreadable";
const NOT_VERSION_3: &str = "certificate-not-version-3";
const NOT_YET_VALID: &str = "certificate-not-yet-valid";
const EXPIRED: &str = "certificate-expired";
const OTHER_NAME: &str = "certificate-for-another-name";
const NOT_A_LEAF: &str = "certificate-not-a-leaf";
const OTHER_PURPOSE: &str = "certificate-for-another-purpose";
const OUT_OF_ORDER: &str = "chain-out-of-order";
const OTHER_KEY: &str = "key-of-another-certificate";

/// See the module text.
pub static CHECK: Check = Check {
    id: "gateways::ingress::certificate_is_usable",
    title: "the ingress certificate satisfies a strict client",
    text: include_str!("certificate_is_usable.rs"),
    requirement: Requirement {
        level: Level::Must,
        statement: "the named Secret holds the wildcard certificate, which a client that trusts its authority accepts",
        source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3, callout 1",
        since: "Istio 1.5",
    },
    tier: Tier::Read,
    flavours: &[],
    needs: &[capability::ISTIO],
    places: &[],
    budget: Duration::from_secs(30),
    remediation: "put a Secret of type `kubernetes.io/tls` under the name in `tls.credentialName` into the namespace of \
                  the gateway's pods: `tls.crt` with the leaf first and its issuers after it, `tls.key` with the leaf's \
                  key; the leaf names `*.` and the domain among its subject alternative names",
    findings: &[
        FindingKind {
            code: SECRET_MISSING,
            meaning: "the Secret does not exist where the gateway's pods are",
        },
        FindingKind {
            code: SECRET_INCOMPLETE,
            meaning: "the Secret holds no certificate or no private key that can be read",
        },
        FindingKind { code: UNREADABLE, meaning: "the value is not a chain of X.509 certificates in PEM" },
        FindingKind {
            code: NOT_VERSION_3,
            meaning: "a certificate before version 3 has no alternative names, and is refused",
        },
        FindingKind { code: NOT_YET_VALID, meaning: "the certificate is refused until its first day" },
        FindingKind { code: EXPIRED, meaning: "the certificate is refused since its last day" },
        FindingKind {
            code: OTHER_NAME,
            meaning: "the certificate does not name the hosts of Knative Services",
        },
        FindingKind {
            code: NOT_A_LEAF,
            meaning: "a self-issued certificate, or an authority's own, is refused as a server's",
        },
        FindingKind {
            code: OTHER_PURPOSE,
            meaning: "the certificate is not for servers, and is refused as a server's",
        },
        FindingKind { code: OUT_OF_ORDER, meaning: "a client that has the root only cannot build a path" },
        FindingKind { code: OTHER_KEY, meaning: "the gateway cannot prove that the certificate is its own" },
    ],
    formerly: &[],
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let pods = cx.objects::<Pod>().await?;
    let domain = domain(cx).await?;
    let Some(gateway) = selection::gateway(cx, INGRESS_GATEWAY).await? else {
        return Ok(no_secret());
    };
    let mut names =
        gateway.spec.servers.iter().filter_map(|server| server.tls.as_ref().map(|tls| &tls.credential_name));
    let Some(name) = names.find(|name| !name.is_empty()) else {
        return Ok(no_secret());
    };
    let selected = selection::of_gateway(&gateway, &pods);
    let namespace = selection::namespace_of(&selected, cx);
    let Some(secret) = cx.object::<TlsSecret>(namespace, name).await? else {
        let finding = Finding::new(SECRET_MISSING, named::<TlsSecret>(namespace, name), "metadata.name");
        let expected = format!("the Secret that {} names, where its pods are", gateway.object_ref());
        return Ok(Verdict::violated(finding.expected(expected).observed("none")));
    };
    Ok(judge_secret(cx, &secret, domain.as_deref()))
}

fn judge_secret(cx: &Context, secret: &TlsSecret, domain: Option<&str>) -> Verdict {
    let incomplete = |field: &str, observed: &str| {
        let finding = Finding::new(SECRET_INCOMPLETE, secret.object_ref(), field);
        Verdict::violated(finding.expected("a value in PEM").observed(observed))
    };
    let Some(pem) = &secret.certificate else {
        return incomplete("data[tls.crt]", "not set");
    };
    if !secret.has_key {
        return incomplete("data[tls.key]", "no private key in PEM");
    }

    let standard = Standard { domain, key_digest: secret.key_digest.as_deref(), now: cx.now() };
    let findings = certificate::flaws(pem, &standard).into_iter().map(|flaw| {
        let (code, field) = told(flaw.kind);
        Finding::new(code, secret.object_ref(), field).expected(flaw.expected).observed(flaw.observed)
    });
    Verdict::judge(findings.collect(), || {
        let names = domain.map_or_else(|| "a name".to_owned(), |domain| format!("`*.{domain}`"));
        let until = certificate::valid_until(pem).unwrap_or_default();
        format!("{names}, valid until {until}: {}", secret.object_ref())
    })
}

fn told(kind: FlawKind) -> (&'static str, &'static str) {
    match kind {
        FlawKind::Unreadable => (UNREADABLE, "data[tls.crt]"),
        FlawKind::Version => (NOT_VERSION_3, "data[tls.crt]: version"),
        FlawKind::NotYetValid => (NOT_YET_VALID, "data[tls.crt]: validity.notBefore"),
        FlawKind::Expired => (EXPIRED, "data[tls.crt]: validity.notAfter"),
        FlawKind::OtherName => (OTHER_NAME, "data[tls.crt]: subjectAltName"),
        FlawKind::NoLeaf => (NOT_A_LEAF, "data[tls.crt]: issuer"),
        FlawKind::OtherPurpose => (OTHER_PURPOSE, "data[tls.crt]: extendedKeyUsage"),
        FlawKind::Order => (OUT_OF_ORDER, "data[tls.crt]"),
        FlawKind::OtherKey => (OTHER_KEY, "data[tls.key]"),
    }
}

/// The domain of Knative Services: configured, or the one that `config-domain` gives to every Service.
async fn domain(cx: &Context) -> Result<Option<String>, HarnessError> {
    let serverless = &cx.inputs().serverless;
    let map = cx.object::<ConfigMap>(&serverless.serving_namespace, flavour::CONFIG_DOMAIN).await?;
    Ok(serverless
        .domain
        .clone()
        .or_else(|| map.and_then(|map| flavour::domain_of(&map).map(ToOwned::to_owned))))
}

fn no_secret() -> Verdict {
    let what = format!("a Secret that Gateway {INGRESS_GATEWAY} names");
    Verdict::NotApplicable(SkipReason::NotInstalled { what })
}
