//! The namespaces of Knative, and those that were named as members, belong to the mesh.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshMemberRoll makes a member, and its status says who is one. Elsewhere a
//! namespace belongs when the control plane looks at it and its labels do not keep the injector away; it need not ask
//! for injection itself, since pods ask by their own label.

use crate::control_plane::REVISION;
use crate::discovery::Discovery;
use crate::{capability, flavour};
use harness::check::{Check, FindingKind, Level, Requirement, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::view::{View, named};
use std::time::Duration;
use view::condition::UnmetCondition;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;

const NOT_A_MEMBER: &str = "not-a-member";
const INJECTION_FORBIDDEN: &str = "injection-forbidden";
const INJECTION_CONTRADICTORY: &str = "injection-contradictory";
const INJECTION: &str = "istio-injection";

/// See the module text.
pub static CHECK: Check = Check {
    id: "mesh::membership::serverless_namespaces_are_members",
    title: "the namespaces of Knative are members of the mesh",
    text: include_str!("serverless_namespaces_are_members.rs"),
    requirement: Requirement {
        level: Level::Must,
        statement: "the members of the mesh include the namespaces `knative-serving` and `knative-eventing`",
        source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2",
        since: "Istio 1.5",
    },
    tier: Tier::Read,
    flavours: &[],
    needs: &[capability::ISTIO],
    places: &[],
    budget: Duration::from_mins(1),
    remediation: "add the namespace to `spec.members` of the ServiceMeshMemberRoll `default`; with Istio itself match it \
                  in `meshConfig.discoverySelectors`, and remove its label `istio-injection: disabled`",
    findings: &[
        FindingKind {
            code: NOT_A_MEMBER,
            meaning: "the control plane does not serve the namespace, or there is none",
        },
        FindingKind {
            code: INJECTION_FORBIDDEN,
            meaning: "a label of the namespace keeps the injector from all its pods, also from those that ask for it",
        },
        FindingKind {
            code: INJECTION_CONTRADICTORY,
            meaning: "the namespace carries both labels of injection; the webhook follows the older one and ignores the \
                      revision",
        },
    ],
    formerly: &[],
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespaces = cx.objects::<Namespace>().await?;
    let members = cx.inputs().member_namespaces();
    let find = |name: &str| namespaces.iter().map(AsRef::as_ref).find(|one| one.metadata.name == name);
    let missing = members.iter().filter(|name| find(name).is_none()).map(|name| {
        let finding = Finding::new(NOT_A_MEMBER, named::<Namespace>("", name), "metadata.name");
        finding.expected("a namespace of this name").observed("none")
    });
    let mut findings: Vec<_> = missing.collect();
    let there: Vec<_> = members.iter().filter_map(|name| find(name)).collect();
    if cx.flavour() == flavour::OSSM2 {
        let root = &cx.inputs().mesh.namespace;
        let roll = cx.object::<ServiceMeshMemberRoll>(root, "default").await?;
        findings.extend(enrolled(root, roll.as_deref(), &there));
    } else {
        let discovery = Discovery::read(cx).await?;
        findings.extend(there.iter().filter_map(|namespace| covered(&discovery, namespace)));
    }
    Ok(Verdict::judge(findings, || format!("in the mesh: {}", members.join(", "))))
}

fn enrolled(root: &str, roll: Option<&ServiceMeshMemberRoll>, namespaces: &[&Namespace]) -> Vec<Finding> {
    let Some(roll) = roll else {
        let object = named::<ServiceMeshMemberRoll>(root, "default");
        let finding = Finding::new(NOT_A_MEMBER, object, "metadata.name");
        return vec![finding.expected("a ServiceMeshMemberRoll that names the members").observed("none")];
    };
    let (spec, status) = (&roll.spec, &roll.status);
    let mut findings = Vec::new();
    for namespace in namespaces {
        let name = &namespace.metadata.name;
        let is_named = spec.members.iter().any(|member| member == name)
            || spec.members == ["*"]
            || spec.member_selectors.iter().any(|selector| selector.selects(&namespace.metadata.labels));
        let (field, observed) = match () {
            () if !is_named => ("spec.members", spec.members.join(", ")),
            () if status.pending_members.contains(name) => {
                ("status.pendingMembers", "still pending".to_owned())
            }
            () if !status.configured_members.contains(name) => {
                ("status.configuredMembers", status.configured_members.join(", "))
            }
            () => continue,
        };
        let finding = Finding::new(NOT_A_MEMBER, roll.object_ref(), field);
        findings.push(finding.expected(format!("`{name}` among the members")).observed(observed));
    }
    if let (true, Some(lack)) = (findings.is_empty(), status.conditions.unmet(&roll.metadata, "Ready")) {
        let UnmetCondition { field, expected, observed } = lack;
        findings
            .push(Finding::new(NOT_A_MEMBER, roll.object_ref(), field).expected(expected).observed(observed));
    }
    findings
}

fn covered(discovery: &Discovery, namespace: &Namespace) -> Option<Finding> {
    let name = &namespace.metadata.name;
    if !discovery.covers(namespace) {
        let setting = &discovery.setting;
        let finding = Finding::new(NOT_A_MEMBER, setting.object.clone(), &setting.field);
        return Some(
            finding
                .expected(format!("a selector that matches namespace {name}"))
                .observed(setting.observed()),
        );
    }
    let (injection, revision) = (namespace.label(INJECTION), namespace.label(REVISION));
    let field = format!("metadata.labels[{INJECTION}]");
    match (injection, revision) {
        (Some("disabled"), _) => {
            let finding = Finding::new(INJECTION_FORBIDDEN, namespace.object_ref(), field);
            Some(finding.expected("`enabled`, or no such label").observed("disabled"))
        }
        (Some(injection), Some(revision)) => {
            let finding = Finding::new(INJECTION_CONTRADICTORY, namespace.object_ref(), field);
            let observed = format!("`{INJECTION}: {injection}` beside `{REVISION}: {revision}`");
            Some(finding.expected("one of the two labels").observed(observed))
        }
        _ => None,
    }
}
