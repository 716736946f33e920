//! Which Routes are admitted: the oldest one of a host, and with it those of its namespace that have another path.
//!
//! Read in openshift/router, `pkg/router/controller/unique_host.go`, whose messages these are. Of two Routes that are equally
//! old the one with the lesser UID counts as the older one. What this router cannot do it does not admit either.
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::cluster::text;

/// What becomes of a Route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is served.
    Admitted,
    /// It is not: the reason, one word, and the message.
    Rejected(&'static str, String),
}

impl fmt::Display for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admitted => f.write_str("admitted"),
            Self::Rejected(reason, message) => write!(f, "rejected: {reason}: {message}"),
        }
    }
}

/// What becomes of each of these Routes, in their order.
pub(super) fn of_all(routes: &[Value]) -> Vec<Admission> {
    let mut order: Vec<usize> = (0..routes.len()).collect();
    order.sort_by_key(|at| age(&routes[*at]));
    let mut claims: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let mut admissions = vec![Admission::Admitted; routes.len()];
    for at in order {
        let route = &routes[at];
        let host = text(route, "/spec/host");
        let holders = claims.entry(host).or_default();
        match rejection(route).or_else(|| claim(route, host, holders)) {
            Some((reason, message)) => admissions[at] = Admission::Rejected(reason, message),
            None => holders.push(route),
        }
    }
    admissions
}

fn age(route: &Value) -> [&str; 2] {
    ["/metadata/creationTimestamp", "/metadata/uid"].map(|at| text(route, at))
}

/// Why a Route is rejected whatever others there are.
fn rejection(route: &Value) -> Option<(&'static str, String)> {
    let host = text(route, "/spec/host");
    if host.is_empty() {
        return Some(("NoHostValue", "no host value was defined for the route".to_owned()));
    }
    if !is_host(host) {
        return Some(("InvalidHost", format!("host name validation errors: {host}")));
    }
    if text(route, "/spec/wildcardPolicy") == "Subdomain" {
        return Some(("RouteNotAdmitted", "wildcard routes are not allowed".to_owned()));
    }
    let left_out = [("/spec/path", ""), ("/spec/tls/termination", "reencrypt")];
    let is_left_out = |(at, value): &(&str, &str)| {
        let written = text(route, at);
        !written.is_empty() && (value.is_empty() || written == *value)
    };
    let (field, _) = left_out.iter().find(|one| is_left_out(one))?;
    Some(("NotInTheLab", format!("the router of the lab does not know `{}`", field[1..].replace('/', "."))))
}

/// Whether it is a name of DNS, and so nothing that HAProxy reads otherwise.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_inner) && !label.starts_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

/// Why a Route does not get its host, of which there are older holders.
fn claim(route: &Value, host: &str, holders: &[&Value]) -> Option<(&'static str, String)> {
    let oldest = holders.first()?;
    let message = if text(oldest, "/metadata/namespace") == text(route, "/metadata/namespace") {
        format!("route {} already exposes {host} and is older", text(oldest, "/metadata/name"))
    } else {
        let name = text(route, "/metadata/name");
        format!("a route in another namespace holds {host} and is older than {name}")
    };
    Some(("HostAlreadyClaimed", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn route(namespace: &str, name: &str, second: u8) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name, "uid": name,
            "creationTimestamp": format!("2026-01-01T00:00:{second:02}Z")}, "spec": {"host": "a.example.com"}})
    }

    fn messages(routes: &[Value]) -> Vec<String> {
        of_all(routes).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn oldest_route_has_the_host() {
        let routes = [route("n", "young", 9), route("m", "old", 1)];
        let expected = [
            "rejected: HostAlreadyClaimed: a route in another namespace holds a.example.com and is older than young",
            "admitted",
        ];
        assert_eq!(messages(&routes), expected);
    }

    #[test]
    fn route_of_the_same_namespace_is_named() {
        let routes = [route("n", "b", 1), route("n", "a", 1)];
        let expected =
            ["rejected: HostAlreadyClaimed: route a already exposes a.example.com and is older", "admitted"];
        assert_eq!(messages(&routes), expected);
    }

    #[test]
    fn rejected_route_claims_nothing() {
        let mut old = route("m", "old", 1);
        old["spec"]["path"] = json!("/x");
        let expected = ["rejected: NotInTheLab: the router of the lab does not know `spec.path`", "admitted"];
        assert_eq!(messages(&[old, route("n", "young", 9)]), expected);
    }

    #[rstest]
    #[case::none("", "NoHostValue")]
    #[case::wildcard("*.example.com", "InvalidHost")]
    #[case::more_than_a_name("a.example.com }\n  bind :1", "InvalidHost")]
    #[case::capital("A.example.com", "InvalidHost")]
    fn host_is_a_name(#[case] host: &str, #[case] reason: &str) {
        let mut one = route("n", "a", 1);
        one["spec"]["host"] = json!(host);
        assert!(matches!(&of_all(&[one])[0], Admission::Rejected(observed, _) if *observed == reason));
    }
}
