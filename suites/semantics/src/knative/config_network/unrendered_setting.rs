//! The settings of `config-network` whose values are not in the file: who applies it fills them in.

use view::config_map::ConfigMap;
use view::placeholder::is_placeholder;

/// The settings that are templates themselves, whose `{{` is Serving's own.
const TEMPLATES: [&str; 4] = ["domain-template", "domainTemplate", "tag-template", "tagTemplate"];

/// Whether the value of a setting is filled in by whoever applies the file.
pub fn is_unrendered(key: &str, value: &str) -> bool {
    if TEMPLATES.contains(&key) {
        value.contains("${")
    } else {
        is_placeholder(value) && !key.starts_with('_')
    }
}

/// The ConfigMap without those settings, and their keys.
pub fn without_unrendered(map: &ConfigMap) -> (ConfigMap, Vec<&str>) {
    let is_one = |(key, value): &(&String, &String)| is_unrendered(key, value);
    let keys: Vec<_> = map.data.iter().filter(is_one).map(|(key, _)| key.as_str()).collect();
    let mut rest = map.clone();
    rest.data.retain(|key, value| !is_unrendered(key, value));
    (rest, keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::of_a_shell("http-protocol", "${PROTOCOL}", true)]
    #[case::of_helm("rollout-duration", "{{ .Values.rollout }}", true)]
    #[case::of_serving("domain-template", "{{.Name}}-{{.Namespace}}.{{.Domain}}", false)]
    #[case::of_a_shell_in_a_template("domain-template", "{{.Name}}-{{.Namespace}}.${DOMAIN}", true)]
    #[case::documentation("_example", "domain-template: \"{{.Name}}\"", false)]
    #[case::value("http-protocol", "redirected", false)]
    fn value_that_is_filled_in_is_not_here(#[case] key: &str, #[case] value: &str, #[case] expected: bool) {
        assert_eq!(is_unrendered(key, value), expected);
    }
}
