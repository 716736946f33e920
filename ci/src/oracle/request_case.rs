//! A request of a case, as the oracle reads it.

use semantics::istio::authorization::{AuthorizationRequest, Caller, HttpRequest, Identity, Trust};
use semantics::istio::identity::spiffe_id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A request. What is absent is not known, but for the caller.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestCase {
    /// The caller's trust domain, namespace and service account; none for one without a certificate.
    pub(super) caller: Option<(String, String, String)>,
    /// Its identity, for the oracle; empty for one without a certificate.
    pub(super) principal: String,
    /// The port of the workload.
    pub(super) port: u16,
    /// `http` or `tcp`.
    pub(super) protocol: String,
    /// The host.
    pub(super) host: Option<String>,
    /// The method.
    pub(super) method: Option<String>,
    /// The path.
    pub(super) path: Option<String>,
    /// The other headers.
    pub(super) headers: Option<BTreeMap<String, String>>,
    /// Whether it has a token.
    pub(super) has_token: Option<bool>,
}

impl RequestCase {
    /// The identity of a caller.
    pub(super) fn principal_of(caller: Option<&(String, String, String)>) -> String {
        caller.map_or(String::new(), |(domain, namespace, account)| spiffe_id(domain, namespace, account))
    }

    /// Whether the proxy reads no HTTP.
    pub(super) fn is_tcp(&self) -> bool {
        self.protocol == "tcp"
    }

    /// The request in a mesh with these trust domains.
    pub(super) fn with_trust<'a>(&'a self, of_mesh: &'a [String]) -> AuthorizationRequest<'a> {
        let caller = self.caller.as_ref().map(|(domain, namespace, account)| Caller {
            namespace,
            service_account: Some(account),
            trust: Some(Trust { of_caller: domain, of_mesh }),
        });
        let http = HttpRequest {
            host: self.host.as_deref(),
            method: self.method.as_deref(),
            path: self.path.as_deref(),
            headers: self.headers.as_ref(),
            has_token: self.has_token,
        };
        AuthorizationRequest {
            caller: caller.map_or(Identity::Nobody, Identity::Workload),
            port: self.port,
            http: (!self.is_tcp()).then_some(http),
        }
    }
}
