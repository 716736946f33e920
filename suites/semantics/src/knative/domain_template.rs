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
