//! Which groups of an API exist without a custom resource definition.

/// Groups that are part of Kubernetes, or of the API servers that OpenShift and others put beside it.
const BUILT_IN: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "apps.openshift.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "authorization.openshift.io",
    "autoscaling",
    "batch",
    "build.openshift.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "custom.metrics.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "external.metrics.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "image.openshift.io",
    "internal.apiserver.k8s.io",
    "metrics.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "oauth.openshift.io",
    "packages.operators.coreos.com",
    "policy",
    "project.openshift.io",
    "quota.openshift.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "route.openshift.io",
    "scheduling.k8s.io",
    "security.openshift.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
    "template.openshift.io",
    "user.openshift.io",
];

/// Whether the kinds of a group are served without a definition.
pub(crate) fn is_built_in(group: &str) -> bool {
    BUILT_IN.contains(&group)
}

/// The group of a resource, by its full name.
pub(crate) fn group_of(full_name: &str) -> &str {
    full_name.split_once('.').map_or("", |(_, group)| group)
}
