//! No DestinationRule has sidecars speak a TLS of their own to Kafka.
//!
//! Kafka is outside the mesh, and what Knative's Kafka components send is to arrive as they send it, with TLS of Kafka's or
//! without. A rule with `ISTIO_MUTUAL` presents a certificate of the mesh to brokers that know none: a wildcard as `*.local`, which
//! OpenShift Service Mesh 2 makes by itself, is enough for a bootstrap host that is spelled in full. `SIMPLE` and `MUTUAL` wrap
//! what is sent in TLS, which a listener without it does not understand; whether another one does is not known, since a client
//! may leave TLS to its sidecar. A host is judged as it is spelled: by that name its connections are known.

use crate::judging::skip::{skip_not_installed, skip_without_bootstrap_server};
use crate::reading::bootstrap_servers::bootstrap_servers;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::kafka_clients::kafka_clients;
use crate::reading::mesh_defaults::mesh_defaults;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::client_tls::{ClientTls, TlsSetting, set_tls, tls_setting};
use semantics::istio::destination_rules::DestinationRules;
use semantics::istio::mesh_scope::{GatewayMembership, MeshScope};
use semantics::istio::service_entry::{hosts_as_spelled, is_visible_in};
use semantics::kafka::bootstrap_server::BootstrapServer;
use semantics::kafka::listener::is_plain_port_name;
use std::collections::BTreeMap;
use std::time::Duration;
use view::destination_rule::DestinationRule;
use view::service_entry::{ServiceEntry, ServiceEntryPort};
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Meta, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const MESH_TLS: &str = "mesh-tls-forced";
const TLS_ON_PLAIN_PORT: &str = "tls-on-plain-port";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "kafka::service_entry::no_rule_forces_tls",
        title: "no DestinationRule speaks TLS to Kafka",
        text: include_str!("no_rule_forces_tls.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the mesh passes traffic to the Kafka cluster, which is outside of it, as Knative's components send it",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 4",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "make a DestinationRule for the bootstrap host in Eventing's namespace with `spec.trafficPolicy.tls.mode: \
                      DISABLE`; or spell the host as `name.namespace`, in the ServiceEntry and in KnativeKafka, which a rule for \
                      `*.local` does not cover",
        findings: &[
            FindingKind {
                code: MESH_TLS,
                meaning: "sidecars speak mutual TLS of the mesh to Kafka, which does not know it",
            },
            FindingKind {
                code: TLS_ON_PLAIN_PORT,
                meaning: "sidecars speak TLS to a listener of Kafka that has none, by the name of its port",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let rules = cx.known_objects::<DestinationRule>().await?;
    let entries = cx.known_objects::<ServiceEntry>().await?;
    let clients = kafka_clients(cx, &cluster_workloads(cx).await?);
    let mesh = mesh_defaults(cx).await?;
    let scope = mesh_scope(cx).await?;
    let servers = bootstrap_servers(cx).await?;
    if servers.is_empty() {
        return Ok(skip_without_bootstrap_server());
    }
    let is_ours = |rule: &DestinationRule| scope.membership(&rule.metadata) != GatewayMembership::Outside;
    let ours: Vec<_> = rules.iter().filter(|rule| is_ours(rule)).cloned().collect();
    let index = DestinationRules::new(&ours, &mesh.defaults);
    let mut forced =
        ForcedTls { scope: &scope, clients: &clients, told: 0, found: BTreeMap::new(), open: None };
    for server in servers.keys() {
        for entry in entries.iter().filter(|entry| is_visible_in(entry, namespace)) {
            forced.judge(server, entry, &index)?;
        }
    }
    if forced.told == 0 {
        return match entries.missing() {
            Some(missing) => Err(HarnessError::NotKnown { missing }),
            None => {
                Ok(skip_not_installed("a ServiceEntry with the bootstrap hosts of Kafka as they are spelled"))
            }
        };
    }
    let mut judgement = Judgement::default();
    let missing = rules.missing().or(mesh.missing);
    for code in [MESH_TLS, TLS_ON_PLAIN_PORT] {
        judgement.leave_part(code, missing.clone(), !rules.is_empty());
    }
    judgement.leave_rest(TLS_ON_PLAIN_PORT, forced.open);
    for (missing, finding) in forced.found.into_values() {
        judgement.add_absence(missing, finding);
    }
    let count = ours.len();
    Ok(judgement
        .verdict(|| format!("{} bootstrap servers, {count} DestinationRules of the mesh", servers.len())))
}

/// The TLS that sidecars are told to speak to Kafka.
struct ForcedTls<'a> {
    scope: &'a MeshScope,
    clients: &'a [Meta],
    /// How many entries name a bootstrap host.
    told: usize,
    /// By rule, field and what is called, with what is missing to know that the rule is the mesh's.
    found: BTreeMap<[String; 3], (Option<String>, Finding)>,
    /// What is missing to judge other TLS.
    open: Option<String>,
}

impl ForcedTls<'_> {
    fn judge(
        &mut self,
        server: &BootstrapServer,
        entry: &ServiceEntry,
        rules: &DestinationRules<'_>,
    ) -> Result<(), HarnessError> {
        let is_called = |port: &&ServiceEntryPort| server.port.is_none_or(|number| number == port.number);
        for host in hosts_as_spelled(entry, &server.host) {
            self.told += 1;
            let by_client =
                self.clients.iter().map(|client| rules.rule_for(client, host, &entry.metadata.namespace));
            for rule in by_client.flatten() {
                for port in entry.spec.ports.iter().filter(is_called) {
                    if let Some(setting) = tls_setting(rule, port.number) {
                        self.judge_port(&setting, port, format!("{}:{}", server.host, port.number))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn judge_port(
        &mut self,
        setting: &TlsSetting<'_>,
        port: &ServiceEntryPort,
        called: String,
    ) -> Result<(), HarnessError> {
        let rule = setting.rule;
        let code = match read_tls(setting)? {
            ClientTls::Plaintext | ClientTls::ByEndpoint => return Ok(()),
            ClientTls::IstioMutual => MESH_TLS,
            ClientTls::Simple | ClientTls::Mutual if is_plain_port_name(&port.name) => TLS_ON_PLAIN_PORT,
            ClientTls::Simple | ClientTls::Mutual => {
                self.open = Some(format!("whether clients leave TLS to {called} to their sidecars"));
                return Ok(());
            }
        };
        let missing = self.scope.membership(&rule.metadata).missing();
        let finding = tls_finding(code, setting, &called);
        self.found.insert([rule.object_ref().to_string(), setting.field.clone(), called], (missing, finding));
        Ok(())
    }
}

fn read_tls(setting: &TlsSetting<'_>) -> Result<ClientTls, HarnessError> {
    set_tls(setting)
        .map_err(|source| HarnessError::field(setting.rule.object_ref(), setting.field.clone(), source))
}

fn tls_finding(code: &'static str, setting: &TlsSetting<'_>, called: &str) -> Finding {
    let mode = setting.settings.mode.as_deref().unwrap_or_default(); // none: without a mode there is no TLS
    Finding::new(code, setting.rule.object_ref(), setting.field.clone())
        .expected(format!("no TLS of the sidecar's to {called}"))
        .observed(format!("{mode}, for the host `{}`", setting.rule.spec.host))
        .configured()
}
