//! Field paths as findings spell them: keys of labels, annotations and selectors stand in brackets, all others behind a dot.

/// The fields whose keys are names that a person chose.
const MAPS: &[&str] = &["labels", "annotations", "matchLabels", "selector"];

/// The path of a field: `metadata.labels[app]`, `data.istio`.
pub(crate) fn field_path(keys: &[&str]) -> String {
    let parents = std::iter::once(None).chain(keys.iter().map(Some));
    let word = |(parent, key): (Option<&&str>, &&str)| match parent {
        None => (*key).to_owned(),
        Some(parent) if MAPS.contains(parent) && *key != "matchLabels" => format!("[{key}]"),
        Some(_) => format!(".{key}"),
    };
    parents.zip(keys).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain(&["spec", "replicas"], "spec.replicas")]
    #[case::label(&["spec", "template", "metadata", "labels", "a.b/c"], "spec.template.metadata.labels[a.b/c]")]
    #[case::selector(&["spec", "selector", "istio"], "spec.selector[istio]")]
    #[case::labels_of_a_selector(&["spec", "selector", "matchLabels", "app"], "spec.selector.matchLabels[app]")]
    #[case::key_with_dots(&["data", "gateway.n.g"], "data.gateway.n.g")]
    fn path_is_spelled_as_in_findings(#[case] keys: &[&str], #[case] expected: &str) {
        assert_eq!(field_path(keys), expected);
    }
}
