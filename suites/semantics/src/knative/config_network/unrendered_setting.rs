//! The settings of `config-network` whose values are not in the file: who applies it fills them in. On a cluster nobody does: what
//! stands there, however it looks, is what Serving reads.

use view::config_map::ConfigMap;
use view::placeholder::is_placeholder;

/// The settings that are templates themselves, whose `{{` is Serving's own.
const TEMPLATES: [&str; 4] = ["domain-template", "domainTemplate", "tag-template", "tagTemplate"];

/// Whether the value of a setting is filled in by whoever applies the file. An object that was created has all its values.
pub fn is_unrendered(map: &ConfigMap, key: &str) -> bool {
    let is_created = map.metadata.creation_timestamp.is_some();
    !is_created && map.data.get(key).is_some_and(|value| stands_for_another(key, value))
}

fn stands_for_another(key: &str, value: &str) -> bool {
    if TEMPLATES.contains(&key) {
        value.contains("${")
    } else {
        is_placeholder(value) && !key.starts_with('_')
    }
}

/// The ConfigMap without those settings, and their keys.
pub fn without_unrendered(map: &ConfigMap) -> (ConfigMap, Vec<&str>) {
    let keys: Vec<_> = map.data.keys().map(String::as_str).filter(|key| is_unrendered(map, key)).collect();
    let mut rest = map.clone();
    rest.data.retain(|key, _| !keys.contains(&key.as_str()));
    (rest, keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::of_a_shell("http-protocol", "${PROTOCOL}", true)]
    #[case::of_helm("rollout-duration", "{{ .Values.rollout }}", true)]
    #[case::of_serving("domain-template", "{{.Name}}-{{.Namespace}}.{{.Domain}}", false)]
    #[case::of_a_shell_in_a_template("domain-template", "{{.Name}}-{{.Namespace}}.${DOMAIN}", true)]
    #[case::documentation("_example", "domain-template: \"{{.Name}}\"", false)]
    #[case::value("http-protocol", "redirected", false)]
    fn value_that_is_filled_in_is_not_here(#[case] key: &str, #[case] value: &str, #[case] expected: bool) {
        let is_filled_in = |created: Value| {
            let metadata = json!({"name": "config-network", "creationTimestamp": created});
            is_unrendered(
                &serde_json::from_value(json!({"metadata": metadata, "data": {key: value}})).unwrap(),
                key,
            )
        };
        assert_eq!(is_filled_in(Value::Null), expected, "in a file");
        assert!(!is_filled_in(json!("2026-01-01T00:00:00Z")), "on a cluster");
    }
}
