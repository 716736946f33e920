//! What a page is made from: the record, the cards of the checks, and what each check was given.
//!
//! No other file of the page knows how observations are kept.

use crate::check_evidence::CheckEvidence;
use crate::run_record::{CheckRecord, RunRecord, suite_of};
use record::{Attachment, Observations, RecordedKind};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use vocabulary::CheckCard;

/// What a page is made from.
pub(crate) struct PageInput<'a> {
    pub(crate) record: &'a RunRecord,
    pub(crate) cards: &'a [&'a CheckCard],
    /// By the check's id.
    pub(crate) observations: BTreeMap<&'a str, PageObservations>,
    /// By the check's id.
    pub(crate) attachments: BTreeMap<&'a str, &'a [Attachment]>,
}

/// A check's name, wherever the page speaks of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CheckHeading {
    id: String,
    /// The name of its place in the page's address.
    anchor: String,
    suite: String,
    /// Absent where there is no such check any more.
    title: Option<&'static str>,
}

impl<'a> PageInput<'a> {
    pub(crate) fn new(
        record: &'a RunRecord,
        cards: &'a [&'a CheckCard],
        evidence: &'a BTreeMap<String, CheckEvidence<'a>>,
    ) -> Self {
        let observations =
            evidence.iter().map(|(id, one)| (id.as_str(), PageObservations::new(one.observations))).collect();
        let attachments = evidence.iter().map(|(id, one)| (id.as_str(), one.attachments)).collect();
        Self { record, cards, observations, attachments }
    }

    /// The card of a check, unless there is no such check any more.
    pub(crate) fn card(&self, id: &str) -> Option<&'a CheckCard> {
        self.cards.iter().copied().find(|card| card.id == id)
    }

    /// The name of a check.
    pub(crate) fn heading(&self, check: &CheckRecord) -> CheckHeading {
        self.heading_of(&check.id)
    }

    /// The name of a check, by its id.
    pub(crate) fn heading_of(&self, id: &str) -> CheckHeading {
        CheckHeading {
            id: id.to_owned(),
            anchor: format!("check-{}", id.replace("::", ".")),
            suite: suite_of(id).to_owned(),
            title: self.card(id).map(|card| card.title),
        }
    }
}

/// What a check was given.
#[derive(Debug, Default)]
pub(crate) struct PageObservations {
    /// Objects, in the order in which they were recorded.
    pub(crate) objects: Vec<ObservedObject>,
    /// What was sent, and what came of it, in order.
    pub(crate) exchanges: Vec<record::Exchange>,
    /// Lines of logs that were looked for.
    pub(crate) log_lines: Vec<ObservedLogLine>,
}

/// A line of a log that was looked for.
#[derive(Debug)]
pub(crate) struct ObservedLogLine {
    /// The container: `namespace/pod/container`.
    pub(crate) container: String,
    /// What the line contains.
    pub(crate) containing: String,
    /// The line, if it came.
    pub(crate) line: Option<String>,
}

/// An object that a check was given.
#[derive(Debug)]
pub(crate) struct ObservedObject {
    /// The resource's full name.
    pub(crate) resource: String,
    /// The namespace; empty for what is cluster-scoped.
    pub(crate) namespace: String,
    /// The name.
    pub(crate) name: String,
    /// The view.
    pub(crate) value: Value,
    /// The view as pretty JSON.
    pub(crate) text: String,
}

impl PageObservations {
    fn new(observations: &Observations) -> Self {
        let log_line = |(container, containing, line): (&str, &str, Option<&str>)| ObservedLogLine {
            container: container.to_owned(),
            containing: containing.to_owned(),
            line: line.map(ToOwned::to_owned),
        };
        Self {
            objects: observations.kinds().into_iter().flat_map(objects_of_kind).collect(),
            exchanges: observations.exchanges(),
            log_lines: observations.lines().into_iter().map(log_line).collect(),
        }
    }
}

fn objects_of_kind(kind: RecordedKind) -> impl Iterator<Item = ObservedObject> {
    let RecordedKind { resource, objects, .. } = kind;
    objects.into_iter().map(move |value| ObservedObject::new(&resource, value))
}

impl ObservedObject {
    /// A view of a resource.
    pub(crate) fn new(resource: &str, value: Value) -> Self {
        let metadata = |field: &str| value["metadata"][field].as_str().unwrap_or_default().to_owned();
        let (namespace, name) = (metadata("namespace"), metadata("name"));
        let text = serde_json::to_string_pretty(&value).unwrap_or_default();
        Self { resource: resource.to_owned(), namespace, name, value, text }
    }

    /// Whether it is of this kind. Only its resource is known: the plural of the kind, by the rule of Kubernetes.
    pub(crate) fn is_of_kind(&self, kind: &str) -> bool {
        let kind = kind.to_lowercase();
        let plural = self.resource.split('.').next().unwrap_or_default();
        let stem = kind.strip_suffix('y').map(|stem| format!("{stem}ies"));
        plural == format!("{kind}s")
            || plural == format!("{kind}es")
            || stem.is_some_and(|stem| plural == stem)
    }

    /// `namespace/name`, or the name of what is cluster-scoped.
    pub(crate) fn full_name(&self) -> String {
        if self.namespace.is_empty() {
            self.name.clone()
        } else {
            format!("{}/{}", self.namespace, self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Gateway", "gateways.networking.istio.io", true)]
    #[case("ServiceEntry", "serviceentries.networking.istio.io", true)]
    #[case("Ingress", "ingresses.networking.k8s.io", true)]
    #[case("Service", "serviceentries.networking.istio.io", false)]
    fn kind_is_known_by_its_resource(#[case] kind: &str, #[case] resource: &str, #[case] same: bool) {
        assert_eq!(ObservedObject::new(resource, Value::Null).is_of_kind(kind), same);
    }
}
