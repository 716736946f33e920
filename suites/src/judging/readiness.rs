//! Readiness, judged: what a controller says of its object. A manifest has no status, and nothing is said of it.

use crate::judging::finding::finding_of_unmet_condition;
use view::condition::{Conditions, UnmetCondition};
use vocabulary::{FindingCode, Judgement, Objects, View};

/// Whether a controller says that its object is as it should be.
#[derive(Debug)]
pub enum Readiness {
    /// It is.
    Met,
    /// It is not.
    Unmet(UnmetCondition),
    /// Nobody says anything: what is missing.
    NotTold(String),
}

/// The readiness of an object of a kind of which `objects` are known, by a condition.
pub fn readiness<V: View>(
    objects: &Objects<V>,
    object: &V,
    conditions: &Conditions,
    condition: &str,
) -> Readiness {
    if *conditions == Conditions::default() && !objects.extent().covers(&object.meta().namespace) {
        return Readiness::NotTold(format!("{} has no status", object.object_ref()));
    }
    conditions.unmet(object.meta(), condition).map_or(Readiness::Met, Readiness::Unmet)
}

impl Readiness {
    /// How evidence begins that names the object.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Met => "Ready, ",
            Self::Unmet(_) | Self::NotTold(_) => "",
        }
    }

    /// Adds what it is to a judgement.
    pub fn judge<V: View>(self, judgement: &mut Judgement, code: FindingCode, object: &V) {
        match self {
            Self::Met => {}
            Self::Unmet(unmet) => {
                judgement.add(finding_of_unmet_condition(code, object.object_ref(), unmet));
            }
            Self::NotTold(missing) => judgement.leave(code, Some(missing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};
    use std::sync::Arc;
    use view::knative::KnativeServing;
    use vocabulary::Extent;

    #[rstest]
    #[case::manifest(json!({}), Extent::Part, "Readiness::NotTold")]
    #[case::manifest_among_those_of_other_namespaces(json!({}), Extent::Namespaces(["m".to_owned()].into()), "Readiness::NotTold")]
    #[case::not_acted_on_yet(json!({}), Extent::Whole, "Readiness::Unmet")]
    #[case::not_ready(json!({"conditions": [{"type": "Ready", "status": "False"}]}), Extent::Part, "Readiness::Unmet")]
    #[case::ready(json!({"conditions": [{"type": "Ready", "status": "True"}]}), Extent::Part, "Readiness::Met")]
    fn missing_status_is_no_violated_one(
        #[case] status: Value,
        #[case] extent: Extent,
        #[case] expected: &str,
    ) {
        let object = json!({"metadata": {"name": "s", "namespace": "n"}, "status": status});
        let serving: Arc<KnativeServing> = Arc::new(serde_json::from_value(object).unwrap());
        let objects = Objects::new(vec![Arc::clone(&serving)], extent);
        let told = match readiness(&objects, &*serving, &serving.status, "Ready") {
            Readiness::Met => "Readiness::Met",
            Readiness::Unmet(_) => "Readiness::Unmet",
            Readiness::NotTold(_) => "Readiness::NotTold",
        };
        assert_eq!(told, expected);
    }
}
