//! Injection of the pods of a Deployment: cases, the facts of `semantics`, and what tells cases apart.

use crate::oracle::choice::one_of;
use crate::oracle::oracle_case::{CaseInjector, CaseProxy, OracleCase};
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use proptest::collection::btree_map;
use proptest::strategy::{BoxedStrategy, Strategy};
use semantics::istio::injection_webhook::{InjectorSettings, injection_of_template};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use view::namespace::Namespace;
use view::workload::Deployment;

/// Namespaces and pods that ask, refuse, and name revisions.
pub(super) const INJECTION: Topic =
    Topic { name: "injection", corpus: "injection.jsonl", cases, facts, signature };

const NAME: &str = "workload";
const INJECT: &str = "sidecar.istio.io/inject";
const REVISION: &str = "istio.io/rev";

fn cases() -> BoxedStrategy<OracleCase> {
    let namespace = one_of(&[(6, "team"), (1, "kube-system"), (1, "local-path-storage")]);
    let injector = one_of(&[(3, (false, true)), (1, (false, false)), (2, (true, true)), (1, (true, false))]);
    (namespace, namespace_labels(), pod_labels(), annotations(), injector).prop_map(case).boxed()
}

type Texts = BTreeMap<&'static str, &'static str>;

/// Some of these pairs, one a key.
fn some_of(pairs: &[(u32, (&'static str, &'static str))]) -> BoxedStrategy<Texts> {
    let key = one_of(pairs);
    proptest::collection::vec(key, 0..3).prop_map(|pairs| pairs.into_iter().collect()).boxed()
}

fn namespace_labels() -> BoxedStrategy<Texts> {
    some_of(&[
        (4, ("istio-injection", "enabled")),
        (2, ("istio-injection", "disabled")),
        (1, ("istio-injection", "")),
        (3, (REVISION, "canary")),
        (2, (REVISION, "default")),
        (1, ("team", "a")),
    ])
}

fn pod_labels() -> BoxedStrategy<Texts> {
    some_of(&[
        (4, (INJECT, "true")),
        (3, (INJECT, "false")),
        (1, (INJECT, "yes")),
        (1, (INJECT, "")),
        (3, (REVISION, "canary")),
        (2, (REVISION, "default")),
        (1, ("app", "a")),
    ])
}

fn annotations() -> BoxedStrategy<Texts> {
    let value = one_of(&[(3, "true"), (3, "false"), (1, "True"), (1, "")]);
    btree_map(one_of(&[(1, INJECT)]), value, 0..2).boxed()
}

type CaseParts = (&'static str, Texts, Texts, Texts, (bool, bool));

fn case((namespace, namespace_labels, labels, annotations, injector): CaseParts) -> OracleCase {
    let objects = vec![
        json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": namespace, "labels": namespace_labels},
        }),
        json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"namespace": namespace, "name": NAME},
            "spec": {"template": {"metadata": {"labels": labels, "annotations": annotations}}},
        }),
    ];
    let (are_namespaces_enabled, is_auto_inject_enabled) = injector;
    let injector = Some(CaseInjector { are_namespaces_enabled, is_auto_inject_enabled });
    OracleCase { injector, ..OracleCase::new("injection", CaseProxy::new(namespace, NAME), objects) }
}

fn facts(case: &OracleCase) -> Result<Value> {
    let deployments: Vec<Arc<Deployment>> = case.views()?;
    let namespaces: Vec<Arc<Namespace>> = case.views()?;
    let injector = case.injector.context("the case has no settings of the injector")?;
    let settings = InjectorSettings {
        are_namespaces_enabled: injector.are_namespaces_enabled,
        is_auto_inject_enabled: injector.is_auto_inject_enabled,
    };
    let facts = case.proxies.iter().map(|proxy| {
        let deployment = deployments.iter().find(|one| one.0.metadata.name == proxy.name);
        let deployment = deployment.with_context(|| format!("case {} has no such Deployment", case.id))?;
        let namespace = namespaces.iter().find(|one| one.metadata.name == proxy.namespace);
        let template = &deployment.0.spec.template;
        let injection = injection_of_template(namespace.map(AsRef::as_ref), template, settings);
        Ok(json!({"revision": injection.revision, "isInjected": injection.is_injected}))
    });
    facts.collect()
}

fn signature(case: &OracleCase, facts: &Value) -> String {
    let metadata = case.objects.iter().map(|object| {
        let of_pods = &object["spec"]["template"]["metadata"];
        let keys = [&object["metadata"]["labels"], &of_pods["labels"], &of_pods["annotations"]];
        let count = |map: &Value| map.as_object().map_or(0, serde_json::Map::len);
        format!("{:?}", keys.map(count))
    });
    format!("{}, {facts}", metadata.collect::<Vec<_>>().join(" "))
}
