//! The pods of a component: those that are known, or what is written for them where they are not.

use crate::certainty::Certainty;
use crate::istio::captured_port::excluded_by_annotation;
use crate::istio::excluded_ports::{PodExclusion, has_cni_node, parse_port_list, pod_exclusion};
use crate::istio::injection::ClusterWorkloads;
use crate::istio::possible_injection::possible_injection;
use crate::istio::sidecar::{SIDECAR, sidecar};
use crate::known_labels::KnownLabels;
use crate::workload::{find_workload, pods_of_workload};
use std::collections::{BTreeMap, BTreeSet};
use view::container::ContainerPort;
use view::pod::Pod;
use view::workload::{PodTemplate, Workload};
use vocabulary::View;

/// A pod of a component.
#[derive(Debug, Clone)]
pub struct ComponentPod {
    /// Its namespace.
    pub namespace: String,
    /// Its service account, where it is known.
    pub service_account: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether these are all of them.
    pub is_every_label_known: bool,
    /// Whether there is one, or somebody wants it: otherwise only the product's own manifests tell of it.
    pub is_told: bool,
    /// Whether it has a proxy.
    pub has_proxy: Certainty,
    /// The ports at which the proxy does not take the traffic, as far as they are known.
    pub excluded_ports: Option<BTreeSet<u16>>,
    /// The ports of its containers, where they are known.
    pub ports: Option<Vec<ContainerPort>>,
}

impl ComponentPod {
    /// Its labels, as far as they are known.
    pub fn known_labels(&self) -> KnownLabels<'_> {
        if self.is_every_label_known {
            KnownLabels::All(&self.labels)
        } else {
            KnownLabels::Some(&self.labels)
        }
    }

    /// What is known of a pod.
    pub fn of_pod(pod: &Pod, is_cni_installed: bool) -> Self {
        let excluded_ports = match pod_exclusion(pod, is_cni_installed) {
            // none: the ports of a list that cannot be read are not known; that it cannot is another check's finding
            PodExclusion::Listed { list, .. } => parse_port_list(&list.unwrap_or_default()).ok(),
            PodExclusion::NotRedirected => Some(BTreeSet::new()),
            PodExclusion::Unknown => None,
        };
        let account = &pod.spec.service_account_name;
        let is_proxy = |name: &str| name == SIDECAR;
        Self {
            namespace: pod.meta().namespace.clone(),
            service_account: (!account.is_empty()).then(|| account.clone()),
            labels: pod.meta().labels.clone(),
            is_every_label_known: true,
            is_told: true,
            has_proxy: (sidecar(pod).is_some() || pod.all_containers().any(|one| is_proxy(&one.name))).into(),
            excluded_ports,
            ports: Some(pod.all_containers().flat_map(|container| container.ports.clone()).collect()),
        }
    }

    /// What is known of a pod that is made from a template, which may get more labels.
    pub fn of_template(namespace: &str, template: &PodTemplate, has_proxy: Certainty) -> Self {
        let excluded_ports = excluded_by_annotation(template);
        let pod = Self::with_labels(namespace, &template.metadata.labels, true);
        Self { has_proxy, excluded_ports, ..pod }
    }

    /// What is known of a pod with these labels, and perhaps more, of which Knative's own manifests exclude no port.
    pub fn with_labels(namespace: &str, labels: &BTreeMap<String, String>, is_told: bool) -> Self {
        Self {
            namespace: namespace.to_owned(),
            service_account: None,
            labels: labels.clone(),
            is_every_label_known: false,
            is_told,
            has_proxy: Certainty::Possible,
            excluded_ports: Some(BTreeSet::new()),
            ports: None,
        }
    }
}

/// The pods of a component, no two with the same labels; none where it is known not to be there, or scaled to zero. Where neither
/// they nor their workload are known, `labels` stand for them.
pub fn component_pods(
    workloads: &ClusterWorkloads,
    namespace: &str,
    name: &str,
    labels: &BTreeMap<String, String>,
) -> Vec<ComponentPod> {
    let workload = find_workload(&workloads.deployments, &workloads.stateful_sets, namespace, name);
    let workload = workload.map(|one| one.workload);
    let is_its = |pod: &&Pod| {
        let meta = pod.meta();
        pod.is_current()
            && meta.namespace == namespace
            && meta.labels.get("app").is_some_and(|app| app == name)
    };
    let pods: Vec<_> = match workload {
        Some(workload) => pods_of_workload(workload, &workloads.pods).collect(),
        None => workloads.pods.iter().map(AsRef::as_ref).filter(is_its).collect(),
    };
    if !pods.is_empty() {
        let is_cni_installed = has_cni_node(&workloads.pods);
        // One with a proxy stands for all of its labels.
        let mut by_labels = BTreeMap::<_, ComponentPod>::new();
        for pod in pods.into_iter().map(|pod| ComponentPod::of_pod(pod, is_cni_installed)) {
            let other = by_labels.get(&pod.labels);
            if other.is_none_or(|other| other.has_proxy < pod.has_proxy) {
                by_labels.insert(pod.labels.clone(), pod);
            }
        }
        return by_labels.into_values().collect();
    }
    match workload {
        Some(workload) if workload.is_scaled_to_zero() => Vec::new(),
        Some(workload) => {
            let has_proxy = is_injected(workloads, namespace, workload);
            vec![ComponentPod::of_template(namespace, &workload.spec.template, has_proxy)]
        }
        None if workloads.deployments.missing_in(namespace).is_none() => Vec::new(),
        // By the product's own manifests and the document it is in the mesh.
        None => {
            let pod = ComponentPod::with_labels(namespace, labels, false);
            vec![ComponentPod { has_proxy: Certainty::Yes, ..pod }]
        }
    }
}

fn is_injected(workloads: &ClusterWorkloads, namespace: &str, workload: &Workload) -> Certainty {
    let is_injected = possible_injection(&workloads.ground(namespace), &workload.spec.template);
    is_injected.map_or(Certainty::Possible, Certainty::from)
}
