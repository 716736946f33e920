//! `domain-template`: how Knative makes the host of a Knative Service of its name, its namespace and its domain.
//!
//! It is a template of Go. Upstream's default puts name and namespace into labels of their own, which a wildcard for the
//! domain does not cover: a wildcard stands for one label. OpenShift Serverless joins them in one.

use crate::flavour::{OSSM2, OSSM3};
use vocabulary::Flavour;

/// The key of `config-network`.
pub const DOMAIN_TEMPLATE: &str = "domain-template";

/// The template where nothing is set.
pub fn default_template(flavour: Flavour) -> &'static str {
    if [OSSM2, OSSM3].contains(&flavour) {
        "{{.Name}}-{{.Namespace}}.{{.Domain}}"
    } else {
        "{{.Name}}.{{.Namespace}}.{{.Domain}}"
    }
}

/// The host of a Knative Service by this template. None where it asks for more than name, namespace and domain, or does more
/// than put them in.
pub fn host_by_template(template: &str, name: &str, namespace: &str, domain: &str) -> Option<String> {
    let (mut host, mut rest) = (String::new(), template.trim());
    while let Some((before, action)) = rest.split_once("{{") {
        let (action, after) = action.split_once("}}")?;
        host.push_str(before);
        host.push_str(match action.trim() {
            ".Name" => name,
            ".Namespace" => namespace,
            ".Domain" => domain,
            _ => return None,
        });
        rest = after;
    }
    host.push_str(rest);
    Some(host)
}

/// Whether Serving takes a template: what it makes of it has to be the host of an address. Nothing where it does more than put
/// name, namespace and domain in, or puts in what only an address is asked about. Read in `checkDomainTemplate` of
/// `pkg/config/config.go` of knative.dev/networking.
pub(super) fn check_template(template: &str) -> Option<bool> {
    let fields = [".Name", ".Namespace", ".Domain", ".Annotations", ".Labels"];
    let mut is_refused = false;
    for action in template.split("{{").skip(1) {
        let Some((action, _)) = action.split_once("}}") else { return Some(false) };
        let is_field = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric());
        if !action.trim().strip_prefix('.').is_some_and(is_field) {
            return None;
        }
        is_refused |= !fields.contains(&action.trim());
    }
    if is_refused {
        return Some(false);
    }
    let host = host_by_template(template, "foo", "bar", "baz.com")?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "./-_".contains(letter);
    if !host.chars().all(is_plain) || host.ends_with('/') {
        return None;
    }
    Some(!host.is_empty() && !host.contains('/'))
}

/// The wildcard that covers a host and its neighbours: any label in place of its first.
pub fn wildcard_of_host(host: &str) -> Option<String> {
    host.split_once('.').map(|(_, domain)| format!("*.{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flavour::UPSTREAM;
    use rstest::rstest;

    #[rstest]
    #[case::openshift(default_template(OSSM2), Some("*.apps.test"))]
    #[case::upstream(default_template(UPSTREAM), Some("*.shop.apps.test"))]
    #[case::with_spaces("{{ .Name }}-x.{{ .Domain }}", Some("*.apps.test"))]
    #[case::namespace_first("{{.Namespace}}.{{.Name}}.{{.Domain}}", Some("*.hello.apps.test"))]
    #[case::annotation("{{index .Annotations \"a\"}}.{{.Domain}}", None)]
    #[case::cut("{{.Name", None)]
    fn wildcard_follows_the_template(#[case] template: &str, #[case] expected: Option<&str>) {
        let host = host_by_template(template, "hello", "shop", "apps.test");
        assert_eq!(host.and_then(|host| wildcard_of_host(&host)).as_deref(), expected);
    }
}
