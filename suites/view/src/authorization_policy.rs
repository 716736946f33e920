//! AuthorizationPolicy: which requests the proxies of workloads let through.

use crate::peer_authentication::WorkloadSelector;
use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// An AuthorizationPolicy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationPolicy {
    /// The object's metadata.
    pub metadata: AuthorizationPolicyMetadata,
    /// Its specification.
    #[serde(default)]
    pub spec: AuthorizationPolicySpec,
}

/// The metadata, with the annotations that checks read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationPolicyMetadata {
    /// The metadata that every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotations that checks read.
    #[serde(default, skip_serializing_if = "AuthorizationPolicyAnnotations::is_empty")]
    pub annotations: AuthorizationPolicyAnnotations,
}

/// The annotations that checks read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizationPolicyAnnotations {
    /// Whether the policy is only tried: what it would deny is logged, and let through.
    #[serde(rename = "istio.io/dry-run", skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<String>,
}

/// The specification of an AuthorizationPolicy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthorizationPolicySpec {
    /// The workloads; absent for all of the namespace or, in the root namespace, all of the mesh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<WorkloadSelector>,
    /// The one object that it is attached to, instead of workloads: the older spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ref: Option<PolicyTarget>,
    /// The objects that it is attached to, instead of workloads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_refs: Vec<PolicyTarget>,
    /// `ALLOW`, which is the default, `DENY`, `AUDIT` or `CUSTOM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The rules, of which one has to match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<AuthorizationRule>,
}

/// An object that a policy is attached to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyTarget {
    /// The group of its kind; empty for the core group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace; empty for that of the policy.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
}

/// A rule: who may call what, under which conditions. One without any of them matches everything.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizationRule {
    /// The callers, of which one has to match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<RuleFrom>,
    /// The operations, of which one has to match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<RuleTo>,
    /// The conditions, which all have to hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
}

/// An item of `from`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleFrom {
    /// The caller.
    pub source: Source,
}

/// An item of `to`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleTo {
    /// The operation.
    pub operation: Operation,
}

macro_rules! lists {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $name {
            $($(#[$field_meta])* #[serde(skip_serializing_if = "Vec::is_empty")] pub $field: Vec<String>),+
        }
    };
}

lists! {
    /// A caller: of each list that is not empty, a value has to match.
    Source {
        /// Identities, without `spiffe://`.
        principals,
        /// Identities that it must not have.
        not_principals,
        /// Subjects of tokens.
        request_principals,
        /// Subjects that it must not have.
        not_request_principals,
        /// Namespaces.
        namespaces,
        /// Namespaces that it must not be of.
        not_namespaces,
        /// Service accounts: `name`, or `namespace/name`.
        service_accounts,
        /// Service accounts that it must not have.
        not_service_accounts,
        /// Trust domains.
        trust_domains,
        /// Trust domains that it must not be of.
        not_trust_domains,
        /// Ranges of the address that the connection comes from.
        ip_blocks,
        /// Ranges that it must not come from.
        not_ip_blocks,
        /// Ranges of the address of the client in front of all proxies.
        remote_ip_blocks,
        /// Ranges that the client must not be in.
        not_remote_ip_blocks,
    }
}

lists! {
    /// An operation: of each list that is not empty, a value has to match.
    Operation {
        /// Hosts, as requests name them.
        hosts,
        /// Hosts that it must not be.
        not_hosts,
        /// Ports of the workload.
        ports,
        /// Ports that it must not be.
        not_ports,
        /// Methods.
        methods,
        /// Methods that it must not be.
        not_methods,
        /// Paths.
        paths,
        /// Paths that it must not be.
        not_paths,
    }
}

/// A condition: an attribute, and the values that it may and must not have.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// The attribute.
    pub key: String,
    /// The values, of which one has to match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The values that must not match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_values: Vec<String>,
}

impl AuthorizationPolicyAnnotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl View for AuthorizationPolicy {
    const KIND: ObjectKind = ObjectKind {
        group: "security.istio.io",
        kind: "AuthorizationPolicy",
        plural: "authorizationpolicies",
        namespaced: true,
        versions: &["v1", "v1beta1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata.meta
    }
}
