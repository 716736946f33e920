//! The local gateway refuses plaintext.
//!
//! The client outside the mesh calls the sample by its name inside the cluster, which leads to the Service
//! `knative-local-gateway`; on OpenShift it calls that Service itself. The control asks the same name from inside the mesh. A gateway closes such a connection where a
//! sidecar resets it. With OpenShift Service Mesh 3 the documented local Gateway is HTTP, so nothing is asked there.

use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::sending::hop::{Hop, plaintext_request};
use crate::sending::local_gateway::LocalGateway;
use crate::sending::place::{FOREIGN, MESH, SAMPLE};
use crate::sending::plaintext_refusal::{PLAINTEXT_FINDINGS, PlaintextTarget, judge_plaintext_refusal};
use probe::{HttpOrder, Order};
use semantics::flavour;
use semantics::knative::gateways::LOCAL_GATEWAY;
use std::time::Duration;
use view::gateway::Gateway;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict, object_named};
use world::{Check, Context};

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::local_gateway::plaintext_is_refused",
        title: "the local gateway refuses plaintext",
        text: include_str!("plaintext_is_refused.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the gateway for calls inside the cluster answers clients with a certificate of the mesh only",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2, callouts 2 and 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[flavour::UPSTREAM, flavour::OSSM2],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[MESH, SAMPLE, FOREIGN],
        budget: Duration::from_secs(45),
        remediation: "set `servers[].port.protocol: HTTPS` and `servers[].tls.mode: ISTIO_MUTUAL` in the Gateway `knative-local-gateway`, through `spec.ingress.istio` of the KnativeServing where an operator owns it",
        findings: PLAINTEXT_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let gateway = object_named::<Gateway>(&cx.inputs().serverless.serving_namespace, LOCAL_GATEWAY);

    let mut target = PlaintextTarget::new(gateway, plaintext_request(sample.local_host(cx), 80));
    if cx.known_flavour()? != flavour::UPSTREAM {
        // Until its ingress is ready, the sample's name stands for its public one, which leads to the router there, and is
        // remembered for a while.
        let to = LocalGateway::find(cx).await?.service_host(cx);
        let request = HttpOrder { host: Some(sample.local_host(cx)), ..HttpOrder::default() };
        target.act = Hop::from_outside_the_mesh(Order::new(to, 80, request));
    }
    judge_plaintext_refusal(cx, &[target]).await
}
