//! Patterns of callers: by identity, namespace, service account or trust domain. Who has no identity is matched by none.
//!
//! Read in `srcPrincipalGenerator`, `srcNamespaceGenerator`, `srcServiceAccountGenerator` and `srcTrustDomainGenerator` of
//! `pilot/pkg/security/authz/model/generator.go`.

use crate::certainty::Certainty;
use crate::istio::authorization::authorization_request::{Caller, Identity, Trust};
use crate::istio::authorization::text_pattern::{glob_matches, text_matches};
use crate::istio::identity::{DEFAULT_TRUST_DOMAIN, spiffe_id};

const SCHEME: &str = "spiffe://";

/// Whether a caller has an identity that is matched.
pub(super) fn principal_matches(pattern: &str, caller: Identity<'_>) -> Certainty {
    let Identity::Workload(caller) = caller else { return Certainty::No };
    match (caller.trust, caller.service_account) {
        (Some(trust), Some(account)) => {
            let id = spiffe_id(trust.of_caller, caller.namespace, account);
            let patterns = principals_of_aliases(pattern, trust.of_mesh);
            patterns.iter().any(|pattern| id_matches(pattern, &id)).into()
        }
        _ => part_matches(pattern, &caller),
    }
}

fn id_matches(pattern: &str, id: &str) -> bool {
    let name = id.strip_prefix(SCHEME).unwrap_or(id);
    text_matches(pattern, name)
}

/// The patterns that one stands for in a mesh with aliases. `cluster.local` is whatever the mesh is called. Read in
/// `ReplaceTrustDomainAliases` of `pilot/pkg/security/trustdomain/bundle.go`.
fn principals_of_aliases(pattern: &str, of_mesh: &[String]) -> Vec<String> {
    let parts: Vec<_> = pattern.split('/').collect();
    let [domain, rest @ ..] = parts.as_slice() else { return vec![pattern.to_owned()] };
    let is_ours = |one: &String| {
        text_pattern_meets(domain, one) || text_pattern_meets(one, domain) || one.as_str() == "*"
    };
    let is_replaced = parts.len() == 5
        && *domain != "*"
        && (of_mesh.iter().any(is_ours) || *domain == DEFAULT_TRUST_DOMAIN);
    if !is_replaced {
        return vec![pattern.to_owned()];
    }
    let rest = rest.join("/");
    let of = |one: &String| match domain.strip_prefix('*') {
        Some(suffix) if one.ends_with(suffix) => pattern.to_owned(),
        _ => format!("{one}/{rest}"),
    };
    of_mesh.iter().map(of).collect()
}

/// Whether two texts are equal, or one is a pattern that the other meets.
fn text_pattern_meets(text: &str, pattern: &str) -> bool {
    text == pattern
        || pattern.strip_suffix('*').is_some_and(|prefix| text.starts_with(prefix))
        || pattern.strip_prefix('*').is_some_and(|suffix| text.ends_with(suffix))
}

/// Whether an identity of the mesh is matched of which a part is not known.
fn part_matches(pattern: &str, caller: &Caller<'_>) -> Certainty {
    if pattern == "*" {
        return Certainty::Yes;
    }
    let by_suffix = pattern.strip_prefix('*');
    if by_suffix.is_some_and(|suffix| suffix.contains('*')) {
        // Only the first star is one.
        return Certainty::No;
    }
    let parts: Vec<_> = pattern.split('/').collect();
    let [domain, "ns", namespace, "sa", account] = parts.as_slice() else { return Certainty::Possible };
    let is_foreign = |Trust { of_caller, of_mesh }: Trust<'_>| {
        let mut ours = of_mesh.iter().map(String::as_str).chain([of_caller]);
        !domain.contains('*') && !ours.any(|one| one == *domain || one.contains('*'))
    };
    let of_domain = match *domain {
        "*" | DEFAULT_TRUST_DOMAIN => Certainty::Yes,
        _ if caller.trust.is_some_and(is_foreign) => Certainty::No,
        _ => Certainty::Possible,
    };
    let of_account = match (account.strip_suffix('*'), caller.service_account) {
        (Some(""), _) => Certainty::Yes,
        (Some(prefix), Some(known)) => known.starts_with(prefix).into(),
        (None, Some(known)) => (known == *account).into(),
        (_, None) => Certainty::Possible,
    };
    Certainty::all([of_domain, (*namespace == caller.namespace).into(), of_account])
}

/// Whether a caller is of a namespace that is matched.
pub(super) fn namespace_matches(pattern: &str, caller: Identity<'_>) -> Certainty {
    let Identity::Workload(caller) = caller else { return Certainty::No };
    // What else is in the identity is no namespace, whatever it is called.
    let id = spiffe_id(DEFAULT_TRUST_DOMAIN, caller.namespace, caller.service_account.unwrap_or("account"));
    glob_matches(&format!("*/ns/{pattern}/*"), &id).into()
}

/// Whether a caller has a service account: `name` of the policy's namespace, or `namespace/name`.
pub(super) fn service_account_matches(pattern: &str, of_policy: &str, caller: Identity<'_>) -> Certainty {
    let Identity::Workload(caller) = caller else { return Certainty::No };
    let (namespace, account) = pattern.split_once('/').unwrap_or((of_policy, pattern));
    let is_account = caller.service_account.map_or(Certainty::Possible, |known| (known == account).into());
    Certainty::from(namespace == caller.namespace).and(is_account)
}

/// Whether a caller is of a trust domain that is matched; an alias stands for all names of the mesh. Read in
/// `ExpandTrustDomainAliases` of `pilot/pkg/security/trustdomain/bundle.go`.
pub(super) fn trust_domain_matches(pattern: &str, caller: Identity<'_>) -> Certainty {
    let Identity::Workload(caller) = caller else { return Certainty::No };
    let matched = |Trust { of_caller, of_mesh }: Trust<'_>| {
        let is_alias = of_mesh.iter().any(|one| one == pattern);
        let is_ours = is_alias && of_mesh.iter().any(|one| one == of_caller);
        let is_met = pattern.split_once('*').map_or(pattern == of_caller, |(prefix, suffix)| {
            of_caller.len() >= prefix.len() + suffix.len()
                && of_caller.starts_with(prefix)
                && of_caller.ends_with(suffix)
        });
        Certainty::from(is_ours || is_met)
    };
    match caller.trust {
        _ if pattern == "*" => Certainty::Yes,
        trust => trust.map_or(Certainty::Possible, matched),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::everybody("*", None, Certainty::Yes)]
    #[case::account("cluster.local/ns/knative-serving/sa/activator", Some("activator"), Certainty::Yes)]
    #[case::other_account("cluster.local/ns/knative-serving/sa/controller", Some("activator"), Certainty::No)]
    #[case::account_not_known("cluster.local/ns/knative-serving/sa/controller", None, Certainty::Possible)]
    #[case::every_account("*/ns/knative-serving/sa/*", None, Certainty::No)]
    #[case::every_account_of_the_mesh("cluster.local/ns/knative-serving/sa/*", None, Certainty::Yes)]
    #[case::every_trust_domain("*/ns/knative-serving/sa/activator", Some("activator"), Certainty::Yes)]
    #[case::other_namespace("cluster.local/ns/team/sa/activator", None, Certainty::No)]
    #[case::trust_domain_not_known("east.example/ns/knative-serving/sa/a", Some("a"), Certainty::Possible)]
    #[case::in_another_form("cluster.local/ns/knative-serving/*", None, Certainty::Possible)]
    fn part_of_an_identity_is_matched(
        #[case] pattern: &str,
        #[case] service_account: Option<&str>,
        #[case] expected: Certainty,
    ) {
        let caller = Caller { namespace: "knative-serving", service_account, trust: None };
        assert_eq!(principal_matches(pattern, Identity::Workload(caller)), expected);
        assert_eq!(principal_matches(pattern, Identity::Nobody), Certainty::No);
    }

    #[rstest]
    #[case::of_the_mesh("east.example/ns/knative-serving/sa/a", Certainty::Possible)]
    #[case::of_an_alias("old.example/ns/knative-serving/sa/a", Certainty::Possible)]
    #[case::of_another_mesh("corp.example/ns/knative-serving/sa/a", Certainty::No)]
    fn trust_domain_of_another_mesh_is_matched_by_nobody(#[case] pattern: &str, #[case] expected: Certainty) {
        let of_mesh = ["east.example".to_owned(), "old.example".to_owned()];
        let trust = Some(Trust { of_caller: "east.example", of_mesh: &of_mesh });
        let caller = Caller { namespace: "knative-serving", service_account: None, trust };
        assert_eq!(principal_matches(pattern, Identity::Workload(caller)), expected);
    }
}
