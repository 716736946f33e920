//! The activator refuses plaintext.
//!
//! It proxies for whoever names a revision in two headers, as the gateway does. With these the client in the mesh is
//! answered by the sample, and the same request from outside the mesh is refused.

use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::reading::service_host::service_host;
use crate::sending::place::{FOREIGN, MESH, SAMPLE};
use crate::sending::plaintext_refusal::{PLAINTEXT_FINDINGS, PlaintextTarget, judge_plaintext_refusal};
use probe::{HttpOrder, Order};
use std::time::Duration;
use view::service::Service;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict, object_named};
use world::{Check, Context};

const SERVICE: &str = "activator-service";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::activator::plaintext_is_refused",
        title: "the activator refuses plaintext",
        text: include_str!("plaintext_is_refused.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the activator answers calls with a valid client certificate only",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, callout 2",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[MESH, SAMPLE, FOREIGN],
        budget: Duration::from_secs(45),
        remediation: "give the activator a sidecar (`spec.deployments` of the KnativeServing: label `sidecar.istio.io/inject`), and keep `spec.mtls.mode: STRICT` for its namespace",
        findings: PLAINTEXT_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let namespace = &cx.inputs().serverless.serving_namespace;
    let headers = vec![
        ("Knative-Serving-Namespace".to_owned(), sample.namespace().to_owned()),
        ("Knative-Serving-Revision".to_owned(), sample.revision.clone()),
    ];

    let request = HttpOrder { headers, ..HttpOrder::default() };
    let order = Order::new(service_host(cx, namespace, SERVICE), 80, request);
    let target = PlaintextTarget::new(object_named::<Service>(namespace, SERVICE), order);
    judge_plaintext_refusal(cx, &[target]).await
}
