//! The Secret of `knative-ingress-gateway` holds a certificate that a strict client accepts.
//!
//! The Secret is looked up where the gateway's pods are, since only there Istio reads it. Without it nothing shows until
//! the gateway restarts: Envoy keeps the certificate that it has. Accepted is what rustls and Go accept: a leaf of
//! X.509 version 3 for servers that names the wildcard for the hosts of Knative Services (`*.domain`, or one a
//! namespace where `domain-template` gives namespaces labels of their own), that is valid now, that a distinct
//! authority issued, with its key and in order. Whether that authority is trusted is the client's business.

use crate::judging::finding::finding_of_missing_object;
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::knative_gateway::{gateway_namespace, knative_gateway};
use crate::reading::selectable_pods::selectable_pods;
use crate::reading::served_host::served_host;
use semantics::certificate::chain::{ChainPolicy, judge_chain};
use semantics::certificate::chain_flaw::{ChainFlaw, ChainFlawKind};
use semantics::istio::gateway_server::first_credential;
use semantics::knative::domain_template::wildcard_of_host;
use semantics::knative::gateways::INGRESS_GATEWAY;
use semantics::selection::pods_of_gateway;
use std::time::Duration;
use view::secret::TlsSecret;
use vocabulary::{
    CheckCard, Finding, FindingCode, FindingKind, HarnessError, Level, Requirement, Tier, UnjudgedFinding,
    Verdict, View, object_named,
};
use world::{Check, Context};

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
    card: CheckCard {
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
            FindingKind {
                code: UNREADABLE,
                meaning: "the value is not a chain of X.509 certificates in PEM",
            },
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
            FindingKind {
                code: OUT_OF_ORDER,
                meaning: "a client that has the root only cannot build a path",
            },
            FindingKind {
                code: OTHER_KEY,
                meaning: "the gateway cannot prove that the certificate is its own",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let pods = selectable_pods(cx).await?;
    let host = served_host(cx).await?;
    let gateway = knative_gateway(cx, INGRESS_GATEWAY).await?;
    let Some((gateway, name)) =
        gateway.as_ref().and_then(|gateway| Some((gateway, first_credential(gateway)?)))
    else {
        return Ok(skip_not_installed(format!("a Secret that Gateway {INGRESS_GATEWAY} names")));
    };
    let gateway_pods = pods_of_gateway(gateway, &pods);
    let namespace = gateway_namespace(&gateway_pods, cx);
    let Some(secret) = cx.object::<TlsSecret>(namespace, name).await? else {
        let object = object_named::<TlsSecret>(namespace, name);
        let expected = format!("the Secret that {} names, where its pods are", gateway.object_ref());
        if let Some(missing) = pods.missing() {
            // The Secret is where the pods are, which is only guessed.
            return Err(HarnessError::NotKnown { missing });
        }
        return Ok(Verdict::violated(finding_of_missing_object(SECRET_MISSING, object, expected)));
    };
    let wildcard = host.as_deref().ok().and_then(wildcard_of_host); // none: it is left unjudged below
    let mut verdict = judge_secret(cx, &secret, wildcard.as_deref())?;
    if let Err(missing) = host {
        verdict.leave(vec![UnjudgedFinding::new(OTHER_NAME, missing)]);
    }
    Ok(verdict)
}

fn judge_secret(cx: &Context, secret: &TlsSecret, wildcard: Option<&str>) -> Result<Verdict, HarnessError> {
    let incomplete = |field: &str, observed: &str| {
        let finding = Finding::new(SECRET_INCOMPLETE, secret.object_ref(), field);
        Ok(Verdict::violated(finding.expected("a value in PEM").observed(observed)))
    };
    let left_out = |what: &str| format!("the {what} of {}, which was left out", secret.object_ref());
    let Some(pem) = &secret.certificate else {
        if secret.is_certificate_elided {
            return Err(HarnessError::NotKnown { missing: left_out("certificate") });
        }
        return incomplete("data[tls.crt]", "not set");
    };
    if !secret.has_key && !secret.is_key_elided {
        return incomplete("data[tls.key]", "no private key in PEM");
    }

    let unknown_key = if secret.is_key_elided { left_out("key") } else { "the kind of the key".to_owned() };
    let key_digest = secret.key_digest.as_deref().ok_or(&*unknown_key);
    let judgement = judge_chain(pem, &ChainPolicy { wildcard, key_digest, now: cx.now() });
    let findings = judgement.flaws.into_iter().map(|flaw| finding_of_chain_flaw(secret, flaw)).collect();
    let mut verdict = Verdict::judge(findings, || {
        let names = wildcard.map_or_else(|| "a name".to_owned(), |wildcard| format!("`{wildcard}`"));
        let until = judgement.expiry_date.map_or_else(String::new, |date| format!(", valid until {date}"));
        format!("{names}{until}: {}", secret.object_ref())
    });
    let unjudged = judgement.unjudged.into_iter();
    verdict.leave(
        unjudged.map(|(kind, missing)| UnjudgedFinding::new(code_and_field(kind).0, missing)).collect(),
    );
    if secret.is_key_elided {
        verdict.leave(vec![UnjudgedFinding::new(SECRET_INCOMPLETE, unknown_key)]);
    }
    Ok(verdict)
}

fn code_and_field(kind: ChainFlawKind) -> (FindingCode, &'static str) {
    match kind {
        ChainFlawKind::Unreadable => (UNREADABLE, "data[tls.crt]"),
        ChainFlawKind::Version => (NOT_VERSION_3, "data[tls.crt]: version"),
        ChainFlawKind::NotYetValid => (NOT_YET_VALID, "data[tls.crt]: validity.notBefore"),
        ChainFlawKind::Expired => (EXPIRED, "data[tls.crt]: validity.notAfter"),
        ChainFlawKind::OtherName => (OTHER_NAME, "data[tls.crt]: subjectAltName"),
        ChainFlawKind::NoLeaf => (NOT_A_LEAF, "data[tls.crt]: issuer"),
        ChainFlawKind::OtherPurpose => (OTHER_PURPOSE, "data[tls.crt]: extendedKeyUsage"),
        ChainFlawKind::Order => (OUT_OF_ORDER, "data[tls.crt]"),
        ChainFlawKind::OtherKey => (OTHER_KEY, "data[tls.key]"),
    }
}

fn finding_of_chain_flaw(secret: &TlsSecret, flaw: ChainFlaw) -> Finding {
    let (code, field) = code_and_field(flaw.kind);
    Finding::new(code, secret.object_ref(), field).expected(flaw.expected).observed(flaw.observed)
}
