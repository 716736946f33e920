//! What a check was given, as the page shows it. The only file of the page that knows how observations are kept.

use probe::Transcript;
use record::{Exchange, Observations, RecordedKind};
use serde_json::Value;

/// What a check was given.
#[derive(Debug, Default)]
pub(crate) struct GivenToCheck {
    /// Objects, in the order in which they were recorded.
    pub(crate) objects: Vec<GivenObject>,
    /// What was sent, and what came of it, in order.
    pub(crate) exchanges: Vec<GivenExchange>,
    /// Lines of logs that were looked for.
    pub(crate) lines: Vec<GivenLine>,
}

/// A line of a log that was looked for.
#[derive(Debug)]
pub(crate) struct GivenLine {
    /// The container: `namespace/pod/container`.
    pub(crate) container: String,
    /// What the line contains.
    pub(crate) containing: String,
    /// The line, if it came.
    pub(crate) line: Option<String>,
}

/// An object that a check was given.
#[derive(Debug)]
pub(crate) struct GivenObject {
    /// The resource's full name.
    pub(crate) resource: String,
    /// The kind, where it is known.
    pub(crate) kind: Option<String>,
    /// The namespace; empty for what is cluster-scoped.
    pub(crate) namespace: String,
    /// The name.
    pub(crate) name: String,
    /// The view.
    pub(crate) value: Value,
    /// The view as pretty JSON.
    pub(crate) text: String,
}

/// An order and what came of it.
#[derive(Debug)]
pub(crate) struct GivenExchange {
    /// From where it was sent.
    pub(crate) position: String,
    /// The order, without secrets.
    pub(crate) order: Value,
    /// What came of it.
    pub(crate) transcript: Transcript,
}

/// Reads observations.
pub(crate) fn given(observations: &Observations) -> GivenToCheck {
    let exchanged = |one: Exchange| GivenExchange {
        position: one.position,
        order: one.order,
        transcript: one.transcript,
    };
    let line = |(container, containing, line): (&str, &str, Option<&str>)| GivenLine {
        container: container.to_owned(),
        containing: containing.to_owned(),
        line: line.map(ToOwned::to_owned),
    };
    GivenToCheck {
        objects: observations.kinds().into_iter().flat_map(objects).collect(),
        exchanges: observations.exchanges().into_iter().map(exchanged).collect(),
        lines: observations.lines().into_iter().map(line).collect(),
    }
}

fn objects(kind: RecordedKind) -> impl Iterator<Item = GivenObject> {
    let RecordedKind { resource, objects, .. } = kind;
    objects.into_iter().map(move |value| {
        let of = |field: &str| value["metadata"][field].as_str().unwrap_or_default().to_owned();
        GivenObject::new(&resource, None, of("namespace"), of("name"), value)
    })
}

impl GivenObject {
    /// An object that a check was given.
    pub(crate) fn new(
        resource: &str,
        kind: Option<String>,
        namespace: String,
        name: String,
        value: Value,
    ) -> Self {
        let text = serde_json::to_string_pretty(&value).unwrap_or_default();
        Self { resource: resource.to_owned(), kind, namespace, name, value, text }
    }

    /// Whether it is of this kind: where only the resource is known, by the rule that makes it from the kind.
    pub(crate) fn is_of_kind(&self, kind: &str) -> bool {
        if let Some(own) = &self.kind {
            return own == kind;
        }
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
        let object = GivenObject::new(resource, None, String::new(), String::new(), Value::Null);
        assert_eq!(object.is_of_kind(kind), same);
    }
}
