//! The labels of a pod or namespace, as far as they are known.

use crate::certainty::Certainty;
use std::collections::BTreeMap;
use view::label_selector::LabelSelector;
use vocabulary::selects;

/// The labels of an object, as far as they are known.
#[derive(Debug, Clone, Copy)]
pub enum KnownLabels<'a> {
    /// All of them.
    All(&'a BTreeMap<String, String>),
    /// These, and perhaps more under other keys.
    Some(&'a BTreeMap<String, String>),
}

impl<'a> KnownLabels<'a> {
    /// Whether labels that have to be equal select the object.
    pub fn are_selected_by(self, selector: &BTreeMap<String, String>) -> Certainty {
        match self {
            Self::All(labels) => selects(selector, labels).into(),
            Self::Some(labels) => Certainty::all(selector.iter().map(|(key, value)| match labels.get(key) {
                Some(known) => (known == value).into(),
                None => Certainty::Possible,
            })),
        }
    }

    /// Whether a label selector selects the object.
    pub fn meet(self, selector: &LabelSelector) -> Certainty {
        let Self::Some(labels) = self else { return selector.selects(self.known()).into() };
        let of_key = |key: &String| labels.contains_key(key);
        let by_expression = selector.match_expressions.iter().map(|expression| {
            let alone =
                LabelSelector { match_expressions: vec![expression.clone()], ..LabelSelector::default() };
            if of_key(&expression.key) { alone.selects(labels).into() } else { Certainty::Possible }
        });
        self.are_selected_by(&selector.match_labels).and(Certainty::all(by_expression))
    }

    /// The value of a label, where it is known.
    pub fn get(self, key: &str) -> Option<&'a str> {
        self.known().get(key).map(String::as_str)
    }

    fn known(self) -> &'a BTreeMap<String, String> {
        let (Self::All(labels) | Self::Some(labels)) = self;
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::everything(json!({}), Certainty::Yes)]
    #[case::known(json!({"matchLabels": {"app": "a"}}), Certainty::Yes)]
    #[case::other_value(json!({"matchLabels": {"app": "b", "tier": "c"}}), Certainty::No)]
    #[case::perhaps_more(json!({"matchLabels": {"app": "a", "tier": "c"}}), Certainty::Possible)]
    #[case::expression_of_another(json!({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}), Certainty::Possible)]
    #[case::expression(json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]}), Certainty::No)]
    fn labels_that_are_not_all_known_may_be_more(
        #[case] selector: serde_json::Value,
        #[case] expected: Certainty,
    ) {
        let labels = BTreeMap::from([("app".to_owned(), "a".to_owned())]);
        let selector = serde_json::from_value(selector).unwrap();
        assert_eq!(KnownLabels::Some(&labels).meet(&selector), expected);
        if expected != Certainty::Possible {
            assert_eq!(KnownLabels::All(&labels).meet(&selector), expected);
        }
    }
}
