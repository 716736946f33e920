//! Sidecars speak mutual TLS to each other by themselves.
//!
//! With auto mTLS a sidecar speaks mutual TLS to every endpoint that says that it does. Without it, it speaks plaintext wherever
//! no DestinationRule says otherwise, and strict servers refuse that. A rule with `ISTIO_MUTUAL` for all that Knative calls,
//! as OpenShift Service Mesh 2 makes it, serves as well.

use crate::reading::capability;
use crate::reading::mesh_defaults::{mesh_config_setting, mesh_defaults};
use crate::reading::mesh_servers::{MeshServer, mesh_servers};
use crate::reading::mesh_setting::service_mesh_setting;
use semantics::flavour::OSSM2;
use semantics::istio::client_tls::{ClientTls, set_tls, tls_setting};
use semantics::istio::destination_rules::DestinationRules;
use std::time::Duration;
use view::destination_rule::DestinationRule;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Meta, Requirement, Tier, Verdict,
};
use world::{Check, Context};

const AUTO_MTLS_OFF: &str = "auto-mtls-off";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::mtls::auto_mtls_is_on",
        title: "sidecars speak mutual TLS by themselves",
        text: include_str!("auto_mtls_is_on.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "sidecars call each other with a client certificate of the mesh where no rule says otherwise",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `meshConfig.enableAutoMtls: true` (below `spec.values` in the Istio resource), or \
                      `spec.security.dataPlane.automtls: true` in the ServiceMeshControlPlane; or take the setting out",
        findings: &[FindingKind {
            code: AUTO_MTLS_OFF,
            meaning: "sidecars call each other in plaintext, which strict mutual TLS refuses",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let setting = match cx.known_flavour()? {
        OSSM2 => service_mesh_setting(cx, "/security/dataPlane/automtls").await?,
        _ => mesh_config_setting(cx, "enableAutoMtls").await?,
    };
    let rules = cx.known_objects::<DestinationRule>().await?;
    let mesh = mesh_defaults(cx).await?;
    let servers = mesh_servers(cx).await?;
    if setting.flag()? != Some(false) {
        return Ok(Verdict::upheld(format!("{}: {}", setting.describe_value(), setting.object)));
    }
    let index = DestinationRules::new(&rules, &mesh.defaults);
    let mut calls = servers
        .calls()
        .flat_map(|(client, server)| server.ports.iter().map(move |(port, _)| (client, server, *port)));
    let is_mutual = |(client, server, port): (&Meta, &MeshServer, u16)| {
        let rule = index.rule_for(client, &server.host, &server.pod.namespace);
        let setting = rule.and_then(|rule| tls_setting(rule, port));
        setting.is_some_and(|setting| set_tls(&setting) == Ok(ClientTls::IstioMutual))
    };
    if !servers.is_empty() && calls.all(is_mutual) {
        return Ok(Verdict::upheld("off, and a DestinationRule has clients speak mutual TLS to Knative"));
    }
    let finding = Finding::new(AUTO_MTLS_OFF, setting.object.clone(), &setting.field)
        .expected("`true`, which is the default; or a DestinationRule with `ISTIO_MUTUAL` for all that Knative calls")
        .observed(setting.describe_value())
        .configured();
    let mut judgement = Judgement::default();
    // A rule that makes up for it is of the root namespace: files that hold one from there hold it, if it is meant to be.
    let is_of_root = |rule: &DestinationRule| rule.metadata.namespace == mesh.defaults.root_namespace;
    let holds_rules_of_root = rules.iter().any(|rule| is_of_root(rule));
    judgement.add_absence(rules.missing().filter(|_| !holds_rules_of_root), finding);
    Ok(judgement.verdict(String::new))
}
