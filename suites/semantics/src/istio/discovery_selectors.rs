//! Discovery selectors: the namespaces that a control plane looks at. What it does not look at belongs to another mesh.

use serde_json::Value;
use view::label_selector::LabelSelector;
use view::namespace::Namespace;

/// The discovery selectors of a control plane.
#[derive(Debug, Clone, Default)]
pub struct DiscoverySelectors(Vec<LabelSelector>);

impl DiscoverySelectors {
    /// The selectors in this value of the mesh config; none where nothing is set.
    pub fn parse(value: Option<&Value>) -> Result<Self, serde_json::Error> {
        match value {
            None | Some(Value::Null) => Ok(Self::default()),
            Some(value) => serde_json::from_value(value.clone()).map(Self),
        }
    }

    /// Whether the control plane looks at a namespace. Without selectors it looks at all.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        self.0.is_empty() || self.0.iter().any(|selector| selector.selects(&namespace.metadata.labels))
    }
}
