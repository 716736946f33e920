//! The path of a field, as findings write it: `spec.servers[0].tls.mode`, `data.mesh: defaultConfig.x`.

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldStep {
    /// The key of a map; or the index, name or port of an item.
    Key(String),
    /// From a text to the YAML document that it holds.
    Document,
}

/// The parts of a path, up to where it ends or becomes prose.
pub(crate) fn parse(path: &str) -> Vec<FieldStep> {
    let mut steps = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        let is_end = |letter: char| ".[,;: ".contains(letter);
        let end = rest.find(is_end).unwrap_or(rest.len());
        let (key, behind) = rest.split_at(end);
        if !key.is_empty() {
            steps.push(FieldStep::Key(key.to_owned()));
        }
        rest = if let Some(behind) = behind.strip_prefix('.') {
            behind
        } else if let Some((key, behind)) = behind.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            if key.is_empty() {
                break; // any item
            }
            steps.push(FieldStep::Key(key.to_owned()));
            behind
        } else if let Some(behind) = behind.strip_prefix(": ") {
            steps.push(FieldStep::Document);
            behind
        } else {
            break;
        };
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", "")]
    #[case("spec.servers[0].tls.mode", "spec/servers/0/tls/mode")]
    #[case("metadata.labels[sidecar.istio.io/inject]", "metadata/labels/sidecar.istio.io/inject")]
    #[case("data.mesh: defaultConfig.x", "data/mesh/:/defaultConfig/x")]
    #[case("data[tls.crt]: validity.notAfter", "data/tls.crt/:/validity/notAfter")]
    #[case("spec.servers[].port.number", "spec/servers")]
    #[case("spec.ports[{9092}], client in Eventing's namespace", "spec/ports/{9092}")]
    #[case("spec.containers, spec.initContainers", "spec/containers")]
    #[case("spec.a[b", "spec/a")]
    fn path_is_cut_into_its_parts(#[case] path: &str, #[case] expected: &str) {
        let step = |step: &FieldStep| match step {
            FieldStep::Key(key) => key.clone(),
            FieldStep::Document => ":".to_owned(),
        };
        assert_eq!(parse(path).iter().map(step).collect::<Vec<_>>().join("/"), expected);
    }
}
