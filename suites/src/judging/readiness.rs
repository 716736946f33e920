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
