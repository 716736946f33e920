//! Discovery selectors: the namespaces that a control plane looks at. What it does not look at belongs to another mesh.

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;
use view::label_selector::LabelSelector;
use view::namespace::Namespace;

/// The operators of a label selector's expressions.
const OPERATORS: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist"];

/// A value is no discovery selectors. A control plane goes on with those that it had, which nothing tells.
#[derive(Debug, Error)]
pub enum DiscoverySelectorsError {
    /// It is no list of label selectors.
    #[error("no list of label selectors")]
    Shape(#[from] serde_json::Error),
    /// An expression has an operator that there is not.
    #[error("there is no operator `{0}`")]
    Operator(String),
}

/// The discovery selectors of a control plane.
#[derive(Debug, Clone, Default)]
pub struct DiscoverySelectors(Vec<LabelSelector>);

impl DiscoverySelectors {
    /// The selectors in this value of the mesh config; none where nothing is set.
    pub fn parse(value: Option<&Value>) -> Result<Self, DiscoverySelectorsError> {
        let selectors = match value {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(value) => Vec::<LabelSelector>::deserialize(value)?,
        };
        let expressions = selectors.iter().flat_map(|selector| &selector.match_expressions);
        let mut operators = expressions.map(|expression| expression.operator.as_str());
        match operators.find(|operator| !OPERATORS.contains(operator)) {
            Some(unknown) => Err(DiscoverySelectorsError::Operator(unknown.to_owned())),
            None => Ok(Self(selectors)),
        }
    }

    /// Whether the control plane looks at every namespace, whatever its labels.
    pub fn cover_all(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(LabelSelector::is_empty)
    }

    /// Whether the control plane looks at a namespace. Without selectors it looks at all.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        let labels = namespace.selectable_labels();
        self.0.is_empty() || self.0.iter().any(|selector| selector.selects(&labels))
    }
}
