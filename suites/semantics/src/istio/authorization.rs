//! Authorization: what all AuthorizationPolicies for a pod let through, as far as it follows from what is known.
//!
//! A policy does not stand alone: a request that a `DENY` policy matches is refused, whatever allows it; where there is any
//! `ALLOW` policy for the pod, one of them has to match. `AUDIT` policies and those that are only tried decide nothing. What
//! a `CUSTOM` policy's provider says is not known; nor is what a request carries that nobody told of. Read in
//! `ListAuthorizationPolicies` of `pilot/pkg/model/authorization.go`, and `build` of `pilot/pkg/security/authz/builder/builder.go`;
//! `cargo ci oracle` holds it against what Istio builds for Envoy (`docs/semantics.md`).

mod attachment;
mod authorization_request;
mod caller_pattern;
mod rule;
mod text_pattern;

pub use attachment::AuthorizedPod;
pub use authorization_request::{AuthorizationRequest, Caller, HttpRequest, Identity, Trust};

use crate::certainty::Certainty;
use rule::{RuleAction, rule_matches};
use std::sync::Arc;
use view::authorization_policy::AuthorizationPolicy;
use vocabulary::View;

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Decision<'a> {
    /// It is let through.
    Allowed,
    /// These policies refuse it.
    Denied(Denial<'a>),
    /// What is known does not tell.
    NotKnown,
}

/// Who refuses a request.
#[derive(Debug, Clone)]
pub enum Denial<'a> {
    /// A `DENY` policy, by the rule at this place.
    Rule(&'a AuthorizationPolicy, usize),
    /// `ALLOW` policies that are for the pod, none of which matches.
    NoRule(Vec<&'a AuthorizationPolicy>),
}

/// What all policies come to for a request to a pod.
pub fn decide<'a>(
    pod: &AuthorizedPod<'_>,
    request: &AuthorizationRequest<'_>,
    policies: &'a [Arc<AuthorizationPolicy>],
    root_namespace: &str,
) -> Decision<'a> {
    let mut attached: Vec<_> = policies
        .iter()
        .filter(|policy| !is_tried_only(policy))
        .map(|policy| (policy.as_ref(), pod.is_governed_by(policy, root_namespace)))
        .filter(|(_, is_attached)| *is_attached != Certainty::No)
        .collect();
    attached.sort_by_key(|(policy, _)| (&policy.meta().namespace, &policy.meta().name));
    let of_action = |action: &'static str| {
        let is_it =
            move |policy: &AuthorizationPolicy| policy.spec.action.as_deref().unwrap_or(ALLOW) == action;
        attached.iter().copied().filter(move |(policy, _)| is_it(policy))
    };
    let mut is_denied = Certainty::No;
    for (policy, is_attached) in of_action(DENY) {
        for (index, rule) in policy.spec.rules.iter().enumerate() {
            let matches = is_attached.and(rule_matches(policy, rule, RuleAction::Other, request));
            if matches == Certainty::Yes {
                return Decision::Denied(Denial::Rule(policy, index));
            }
            is_denied = Certainty::any([is_denied, matches]);
        }
    }
    let matches = |policy: &AuthorizationPolicy, action| {
        let rules = policy.spec.rules.iter();
        Certainty::any(rules.map(|rule| rule_matches(policy, rule, action, request)))
    };
    let is_restricted = Certainty::any(of_action(ALLOW).map(|(_, is_attached)| is_attached));
    let is_allowed = Certainty::any(
        of_action(ALLOW)
            .map(|(policy, is_attached)| is_attached.and(matches(policy, RuleAction::Allow)))
            .chain([is_restricted.negated()]),
    );
    if is_restricted == Certainty::Yes && is_allowed == Certainty::No {
        let certain = of_action(ALLOW).filter(|(_, is_attached)| *is_attached == Certainty::Yes);
        return Decision::Denied(Denial::NoRule(certain.map(|(policy, _)| policy).collect()));
    }
    let is_asked_about = Certainty::any(
        of_action(CUSTOM).map(|(policy, is_attached)| is_attached.and(matches(policy, RuleAction::Other))),
    );
    let is_known = |action: &str| [ALLOW, DENY, CUSTOM, "AUDIT"].contains(&action);
    let is_foreign = attached.iter().any(|(policy, _)| !policy.spec.action.as_deref().is_none_or(is_known));
    match (is_denied, is_allowed, is_asked_about) {
        (Certainty::No, Certainty::Yes, Certainty::No) if !is_foreign => Decision::Allowed,
        _ => Decision::NotKnown,
    }
}

const ALLOW: &str = "ALLOW";
const DENY: &str = "DENY";
const CUSTOM: &str = "CUSTOM";

/// Whether a policy denies nothing yet. Read in `isDryRun` of `pilot/pkg/security/authz/builder/builder.go`.
fn is_tried_only(policy: &AuthorizationPolicy) -> bool {
    let text = policy.metadata.annotations.dry_run.as_deref();
    text.is_some_and(|text| ["1", "t", "T", "true", "TRUE", "True"].contains(&text))
}
