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

/// The ports that annotations of a template exclude, as far as they are known: of one that lists the included ports they are not,
/// and neither are those of a list that cannot be read.
pub fn excluded_by_annotation(template: &PodTemplate) -> Option<BTreeSet<u16>> {
    let list = |annotation| template.metadata.annotations.get(annotation).filter(|list| list.trim() != "*");
    match (list(INCLUDED), list(EXCLUDED)) {
        (Some(_), _) => None,
        (None, None) => Some(BTreeSet::new()),
        // none: the ports of a list that cannot be read are not known
        (None, Some(excluded)) => parse_port_list(excluded).ok(),
    }
}

/// The annotation of a template by which the sidecar does not take the connections to a port, and its list; none where it takes
/// them, or the setting of the mesh decides.
pub fn bypass_annotation(
    template: &PodTemplate,
    port: u16,
) -> Result<Option<(&'static str, &str)>, PortAnnotationError> {
    if captures_port(template, port, &BTreeSet::new())? {
        return Ok(None);
    }
    let list = |annotation: &'static str| {
        template.metadata.annotations.get(annotation).map(|list| (annotation, list.as_str()))
    };
    let is_included = |(_, list): &(&str, &str)| {
        list.trim() == "*" || parse_port_list(list).is_ok_and(|ports| ports.contains(&port))
    };
    Ok(list(INCLUDED).filter(|one| !is_included(one)).or_else(|| list(EXCLUDED)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::nothing_said(json!({}), Some(&[][..]))]
    #[case::excluded(json!({EXCLUDED: "8012, 8013"}), Some(&[8012, 8013][..]))]
    #[case::included(json!({INCLUDED: "8080"}), None)]
    #[case::all_included(json!({INCLUDED: "*"}), Some(&[][..]))]
    #[case::not_readable(json!({EXCLUDED: "many"}), None)]
    fn ports_of_annotations_are_known_or_not(#[case] annotations: Value, #[case] expected: Option<&[u16]>) {
        let template = serde_json::from_value(json!({"metadata": {"annotations": annotations}})).unwrap();
        let excluded = excluded_by_annotation(&template);
        assert_eq!(excluded, expected.map(|ports| ports.iter().copied().collect()));
    }

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

    #[rstest]
    #[case::nothing_said(json!({}), None)]
    #[case::excluded(json!({INCLUDED: "*", EXCLUDED: "8443"}), Some(EXCLUDED))]
    #[case::not_included(json!({INCLUDED: "8444", EXCLUDED: "8022"}), Some(INCLUDED))]
    #[case::others_excluded(json!({EXCLUDED: "8022"}), None)]
    fn annotation_that_keeps_a_port_is_told(#[case] annotations: Value, #[case] expected: Option<&str>) {
        let object = json!({"metadata": {"annotations": annotations}});
        let template = serde_json::from_value(object).unwrap();
        let told = bypass_annotation(&template, 8443).unwrap();
        assert_eq!(told.map(|(annotation, _)| annotation), expected);
    }
}
