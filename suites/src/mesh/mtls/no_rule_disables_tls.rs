//! No DestinationRule has clients in the mesh call Knative without the mutual TLS of the mesh.
//!
//! Without a rule, a sidecar speaks mutual TLS to whoever says that it does. A rule with a `tls` decides instead: `DISABLE`
//! sends plaintext, and `SIMPLE` or `MUTUAL` present what no sidecar accepts. Under strict mutual TLS both are refused with a
//! 503 that names neither the rule nor TLS. The rule may be anybody's: of the client's namespace, of Knative's, or of the root
//! namespace, whose wildcard is for all that nothing else speaks of. Judged is each call that Knative needs, by the rule that
//! Istio finds for it, where the server demands mutual TLS.

use crate::judging::name_list::first_three;
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::mesh_defaults::mesh_defaults;
use crate::reading::mesh_servers::mesh_servers;
use semantics::istio::client_tls::{ClientTls, TlsSetting, set_tls, tls_setting};
use semantics::istio::destination_rules::DestinationRules;
use semantics::istio::mesh_scope::{GatewayMembership, MeshScope};
use semantics::istio::server_modes::ServerModes;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use view::destination_rule::DestinationRule;
use view::peer_authentication::PeerAuthentication;
use vocabulary::{
    CheckCard, Finding, FindingCode, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict,
    View,
};
use world::{Check, Context};

const TLS_OFF: &str = "tls-off";
const OTHER_TLS: &str = "other-tls";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::mtls::no_rule_disables_tls",
        title: "no DestinationRule calls Knative past mutual TLS",
        text: include_str!("no_rule_disables_tls.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "clients in the mesh call the workloads of Knative with a valid client certificate of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "remove `spec.trafficPolicy.tls`, or the port in `spec.trafficPolicy.portLevelSettings`, from the \
                      DestinationRule, or set its `mode` to `ISTIO_MUTUAL`; or have `spec.host` name only what is outside the mesh",
        findings: &[
            FindingKind {
                code: TLS_OFF,
                meaning: "sidecars call these Services of Knative in plaintext, which strict mutual TLS refuses",
            },
            FindingKind {
                code: OTHER_TLS,
                meaning: "sidecars call these Services of Knative with TLS that is not the mesh's, which strict mutual TLS refuses",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let rules = cx.known_objects::<DestinationRule>().await?;
    let policies = cx.known_objects::<PeerAuthentication>().await?;
    let mesh = mesh_defaults(cx).await?;
    let servers = mesh_servers(cx).await?;
    if servers.is_empty() {
        return match servers.missing {
            Some(missing) => Err(HarnessError::NotKnown { missing }),
            None => Ok(skip_not_installed("a workload of Knative with a sidecar")),
        };
    }
    let is_ours =
        |rule: &DestinationRule| servers.scope.membership(&rule.metadata) != GatewayMembership::Outside;
    let ours: Vec<_> = rules.iter().filter(|rule| is_ours(rule)).cloned().collect();
    let modes = ServerModes::under_strict(&policies, &mesh.defaults.root_namespace);
    let index = DestinationRules::new(&ours, &mesh.defaults);
    let mut weak = WeakSettings::default();
    for (client, server) in servers.calls() {
        let Some(rule) = index.rule_for(client, &server.host, &server.pod.namespace) else { continue };
        for (port, pod_port) in server.ports {
            let Some(setting) = tls_setting(rule, *port) else { continue };
            if modes.is_strict(&server.pod, *pod_port) {
                weak.judge(setting, format!("{}:{port}", server.host), &client.namespace)?;
            }
        }
    }
    let missing = rules.missing().or(mesh.missing).or(servers.missing);
    let mut judgement = Judgement::default();
    for code in [TLS_OFF, OTHER_TLS] {
        judgement.leave_part(code, missing.clone(), !rules.is_empty());
    }
    weak.add_to(&mut judgement, &servers.scope);
    let hosts = servers.knative.len().saturating_add(servers.revisions.len());
    Ok(judgement
        .verdict(|| format!("{hosts} Services of Knative, {} DestinationRules of the mesh", ours.len())))
}

/// The settings that do not let clients speak the TLS of the mesh, each with the calls that it decides about.
#[derive(Default)]
struct WeakSettings<'a>(BTreeMap<(String, String), (TlsSetting<'a>, WeakCalls)>);

/// Calls that are not made with the TLS of the mesh.
#[derive(Default)]
struct WeakCalls {
    /// Who is called.
    servers: BTreeSet<String>,
    /// The namespaces that call.
    clients: BTreeSet<String>,
}

impl<'a> WeakSettings<'a> {
    fn judge(&mut self, setting: TlsSetting<'a>, server: String, client: &str) -> Result<(), HarnessError> {
        let tls = set_tls(&setting).map_err(|source| {
            HarnessError::field(setting.rule.object_ref(), setting.field.clone(), source)
        })?;
        if !matches!(tls, ClientTls::IstioMutual | ClientTls::ByEndpoint) {
            let key = (setting.rule.object_ref().to_string(), setting.field.clone());
            let (_, calls) = self.0.entry(key).or_insert_with(|| (setting, WeakCalls::default()));
            calls.servers.insert(server);
            calls.clients.insert(client.to_owned());
        }
        Ok(())
    }

    fn add_to(self, judgement: &mut Judgement, scope: &MeshScope) {
        for (setting, calls) in self.0.into_values() {
            let missing = scope.membership(&setting.rule.metadata).missing();
            judgement.add_absence(missing, weak_finding(&setting, &calls));
        }
    }
}

fn weak_finding(setting: &TlsSetting<'_>, calls: &WeakCalls) -> Finding {
    let mode = setting.settings.mode.as_deref().unwrap_or("DISABLE, as no mode is set");
    let code: FindingCode = if mode.starts_with("DISABLE") { TLS_OFF } else { OTHER_TLS };
    let (servers, clients) = (first_three(&calls.servers), first_three(&calls.clients));
    Finding::new(code, setting.rule.object_ref(), &setting.field)
        .expected("`ISTIO_MUTUAL`, or no `tls`, for the Services of Knative")
        .observed(format!("{mode}, for {servers}, called from {clients}"))
        .configured()
}
