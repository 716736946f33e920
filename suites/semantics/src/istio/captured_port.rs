//! Whether the sidecar that pods of a template get would take the connections to a port.

use crate::istio::excluded_ports::{PortListError, parse_port_list};
use std::collections::BTreeSet;
use view::workload::PodTemplate;

const EXCLUDED: &str = "traffic.sidecar.istio.io/excludeInboundPorts";
const INCLUDED: &str = "traffic.sidecar.istio.io/includeInboundPorts";

/// A list of ports in an annotation cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not read the annotation `{annotation}`")]
pub struct PortAnnotationError {
    /// The annotation.
    pub annotation: &'static str,
    source: PortListError,
}

/// Whether a port is captured: it is among those of the annotation, or of no annotation, and not excluded, for which the
/// annotation replaces what the mesh excludes. Read in `files/injection-template.yaml` of Istio's chart `istiod`.
pub fn captures_port(
    template: &PodTemplate,
    port: u16,
    excluded_by_mesh: &BTreeSet<u16>,
) -> Result<bool, PortAnnotationError> {
    let list = |annotation: &'static str| match template.metadata.annotations.get(annotation) {
        None => Ok(None),
        Some(list) if list.trim() == "*" => Ok(None),
        Some(list) => {
            parse_port_list(list).map(Some).map_err(|source| PortAnnotationError { annotation, source })
        }
    };
    if list(INCLUDED)?.is_some_and(|included| !included.contains(&port)) {
        return Ok(false);
    }
    Ok(match list(EXCLUDED)? {
        Some(excluded) => !excluded.contains(&port),
        None => !excluded_by_mesh.contains(&port),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::nothing_said(json!({}), &[], true)]
    #[case::excluded_by_the_mesh(json!({}), &[8443], false)]
    #[case::annotation_replaces(json!({EXCLUDED: "8444"}), &[8443], true)]
    #[case::excluded(json!({EXCLUDED: "8444, 8443"}), &[], false)]
    #[case::nothing_included(json!({INCLUDED: ""}), &[], false)]
    #[case::all_included(json!({INCLUDED: "*"}), &[], true)]
    fn annotations_decide_before_the_mesh(
        #[case] annotations: Value,
        #[case] excluded_by_mesh: &[u16],
        #[case] expected: bool,
    ) {
        let object = json!({"metadata": {"annotations": annotations}});
        let template = serde_json::from_value(object).unwrap();
        let excluded_by_mesh = excluded_by_mesh.iter().copied().collect();
        assert_eq!(captures_port(&template, 8443, &excluded_by_mesh), Ok(expected));
    }
}
