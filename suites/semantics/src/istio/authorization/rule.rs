//! Whether a rule matches a request: some caller, some operation, and all conditions.
//!
//! What the proxy cannot ask of a request makes an `ALLOW` rule match nothing, and is left out of any other: so a `DENY` rule
//! for a path denies all of a port on which the proxy does not read HTTP. Read in `New` and `checkError` of
//! `pilot/pkg/security/authz/model/model.go`, and the generators of `pilot/pkg/security/authz/model/generator.go`.

use crate::certainty::Certainty;
use crate::istio::authorization::authorization_request::{AuthorizationRequest, HttpRequest};
use crate::istio::authorization::caller_pattern::{
    namespace_matches, principal_matches, service_account_matches, trust_domain_matches,
};
use crate::istio::authorization::text_pattern::{header_matches, host_matches, path_matches, text_matches};
use std::net::IpAddr;
use view::authorization_policy::{AuthorizationPolicy, AuthorizationRule, Operation, Source};
use vocabulary::View;

/// What a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleAction {
    /// It lets through.
    Allow,
    /// It does anything else.
    Other,
}

/// The values of a field and those that it must not have, and how each is matched: nothing where it cannot be asked.
type Field<'a> = (&'a [String], &'a [String], Matches<'a>);
type Matches<'a> = Box<dyn Fn(&str) -> Option<Certainty> + 'a>;

/// Whether a rule of a policy matches a request.
pub(super) fn rule_matches(
    policy: &AuthorizationPolicy,
    rule: &AuthorizationRule,
    action: RuleAction,
    request: &AuthorizationRequest<'_>,
) -> Certainty {
    let known = KnownRequest { of_policy: &policy.meta().namespace, request };
    let mut conditions = Vec::new();
    for condition in &rule.when {
        let Some(asked) = Attribute::of_key(&condition.key) else { return Certainty::No };
        let matches: Matches<'_> = Box::new(move |value| known.attribute(asked, value));
        conditions.push((condition.values.as_slice(), condition.not_values.as_slice(), matches));
    }
    let matches = || {
        let conditions = fields_match(&conditions, action)?;
        let from = rule.from.iter().map(|from| fields_match(&known.source(&from.source), action));
        let from = from.collect::<Option<Vec<_>>>()?;
        let to = rule.to.iter().map(|to| fields_match(&known.operation(&to.operation), action));
        let to = to.collect::<Option<Vec<_>>>()?;
        let any = |list: Vec<Certainty>| if list.is_empty() { Certainty::Yes } else { Certainty::any(list) };
        Some(Certainty::all([conditions, any(from), any(to)]))
    };
    // A rule that lets through what nobody can ask lets nothing through.
    matches().unwrap_or(Certainty::No)
}

/// Whether all fields match; nothing where one cannot be asked and has to be.
fn fields_match(fields: &[Field<'_>], action: RuleAction) -> Option<Certainty> {
    let mut all = Certainty::Yes;
    for (values, not_values, matches) in fields {
        for (list, is_negated) in [(values, false), (not_values, true)] {
            let mut asked = Vec::new();
            for value in *list {
                match (matches(value), action) {
                    (Some(matched), _) => asked.push(matched),
                    (None, RuleAction::Allow) => return None,
                    (None, RuleAction::Other) => {}
                }
            }
            if !asked.is_empty() {
                let any = Certainty::any(asked);
                all = all.and(if is_negated { any.negated() } else { any });
            }
        }
    }
    Some(all)
}

/// What a value is compared with.
#[derive(Debug, Clone, Copy)]
enum Attribute<'a> {
    Principal,
    Namespace,
    ServiceAccount,
    TrustDomain,
    Token,
    Claim(&'a str),
    Address,
    Port,
    ServerName,
    Filter(&'a str),
    Header(&'a str),
    Host,
    Method,
    Path,
}

impl<'a> Attribute<'a> {
    /// The attribute of a condition. Istio takes no rule with another key.
    fn of_key(key: &'a str) -> Option<Self> {
        Some(match key {
            "source.principal" => Self::Principal,
            "source.namespace" => Self::Namespace,
            "source.serviceAccount" => Self::ServiceAccount,
            "source.trustDomain" => Self::TrustDomain,
            "request.auth.principal" | "request.auth.audiences" | "request.auth.presenter" => Self::Token,
            "source.ip" | "remote.ip" | "destination.ip" => Self::Address,
            "destination.port" => Self::Port,
            "connection.sni" => Self::ServerName,
            key => {
                let of = |prefix, attribute: fn(&'a str) -> Self| key.strip_prefix(prefix).map(attribute);
                return of("request.headers", Self::Header)
                    .or_else(|| of("request.auth.claims", Self::Claim))
                    .or_else(|| of("experimental.envoy.filters.", Self::Filter));
            }
        })
    }
}

/// A request, as far as it is known, compared with the values of a policy.
#[derive(Debug, Clone, Copy)]
struct KnownRequest<'a> {
    of_policy: &'a str,
    request: &'a AuthorizationRequest<'a>,
}

impl<'a> KnownRequest<'a> {
    fn source(self, source: &'a Source) -> Vec<Field<'a>> {
        vec![
            self.field(Attribute::Principal, &source.principals, &source.not_principals),
            self.field(Attribute::Token, &source.request_principals, &source.not_request_principals),
            self.field(Attribute::Namespace, &source.namespaces, &source.not_namespaces),
            self.field(Attribute::ServiceAccount, &source.service_accounts, &source.not_service_accounts),
            self.field(Attribute::TrustDomain, &source.trust_domains, &source.not_trust_domains),
            self.field(Attribute::Address, &source.ip_blocks, &source.not_ip_blocks),
            self.field(Attribute::Address, &source.remote_ip_blocks, &source.not_remote_ip_blocks),
        ]
    }

    fn operation(self, operation: &'a Operation) -> Vec<Field<'a>> {
        vec![
            self.field(Attribute::Host, &operation.hosts, &operation.not_hosts),
            self.field(Attribute::Port, &operation.ports, &operation.not_ports),
            self.field(Attribute::Method, &operation.methods, &operation.not_methods),
            self.field(Attribute::Path, &operation.paths, &operation.not_paths),
        ]
    }

    fn field(self, asked: Attribute<'a>, values: &'a [String], not_values: &'a [String]) -> Field<'a> {
        (values, not_values, Box::new(move |value| self.attribute(asked, value)))
    }

    /// Whether a value is matched; nothing where it cannot be asked.
    fn attribute(self, asked: Attribute<'_>, value: &str) -> Option<Certainty> {
        let caller = self.request.caller;
        let known = |text: Option<&str>, matches: fn(&str, &str) -> bool| {
            text.map_or(Certainty::Possible, |text| matches(value, text).into())
        };
        let token = |http: HttpRequest<'_>| match http.has_token {
            Some(false) => Certainty::No,
            _ => Certainty::Possible,
        };
        Some(match asked {
            Attribute::Principal => principal_matches(value, caller),
            Attribute::Namespace => namespace_matches(value, caller),
            Attribute::ServiceAccount => service_account_matches(value, self.of_policy, caller),
            Attribute::TrustDomain => trust_domain_matches(value, caller),
            Attribute::Token => token(self.request.http?),
            Attribute::Claim(name) => {
                let http = self.request.http?;
                // Istio asks for a claim without a name, too.
                (name.is_empty() || is_in_brackets(name)).then(|| token(http))?
            }
            Attribute::Address => is_address_range(value).then_some(Certainty::Possible)?,
            Attribute::Port => {
                // none: Istio asks for no port that is none
                let port = value.parse::<u16>().ok()?;
                (port == self.request.port).into()
            }
            Attribute::ServerName => Certainty::Possible,
            Attribute::Filter(name) => name.contains('[').then_some(Certainty::Possible)?,
            Attribute::Header(name) => {
                let http = self.request.http?;
                let name = is_in_brackets(name).then(|| name[1..name.len() - 1].to_lowercase())?;
                http.headers.map_or(Certainty::Possible, |headers| {
                    header_matches(value, headers.get(&name).map(String::as_str)).into()
                })
            }
            // Each request has a host, a method and a path.
            Attribute::Host | Attribute::Method if value == "*" => {
                self.request.http.map(|_| Certainty::Yes)?
            }
            Attribute::Host => known(self.request.http?.host, host_matches),
            Attribute::Method => known(self.request.http?.method, text_matches),
            Attribute::Path => known(self.request.http?.path, path_matches),
        })
    }
}

fn is_in_brackets(name: &str) -> bool {
    name.len() >= 2 && name.starts_with('[') && name.ends_with(']')
}

/// Whether a text is an address, or a range of some.
fn is_address_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return text.parse::<IpAddr>().is_ok() };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}
