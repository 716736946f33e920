//! The line on which a field of an object stands.
//!
//! Only for what is told to a person: a parser that keeps positions is slower than the one that reads the objects.

use crate::files::documents::field_path::{self, FieldStep};
use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use std::borrow::Cow;

/// Where a field is written, or the deepest part of its path that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundField {
    /// The line, counted from one.
    pub(crate) line: usize,
    /// How many parts of the path are written.
    pub(crate) depth: usize,
}

/// Where in a document the field of an item is written. `None`: the document has no such item.
pub(crate) fn find(document: &str, items: &[usize], field: &str) -> Option<FoundField> {
    let mut reader = EventReader(Parser::new_from_str(document));
    let object = reader.item(items)?;
    Some(object.find(&field_path::parse(field), 0))
}

/// A value with the line on which it, or the key before it, stands.
struct Node<'input> {
    line: usize,
    content: NodeContent<'input>,
}

enum NodeContent<'input> {
    Text(Cow<'input, str>, ScalarStyle),
    List(Vec<Node<'input>>),
    Map(Vec<(Cow<'input, str>, Node<'input>)>),
    /// Stands for a value that is written elsewhere.
    Alias,
}

impl Node<'_> {
    fn find(&self, steps: &[FieldStep], depth: usize) -> FoundField {
        let here = FoundField { line: self.line, depth };
        if let Some((FieldStep::Document, rest)) = steps.split_first() {
            return self.find_within_text(rest, here);
        }
        // A key may have dots itself, as those of ConfigMaps do: the reading that leads deepest counts.
        let readings = (1..=steps.len()).filter_map(|count| {
            let (key, rest) = steps.split_at(count);
            Some(self.child(&joined(key)?)?.find(rest, depth + count))
        });
        readings.max_by_key(|found| found.depth).unwrap_or(here)
    }

    fn child(&self, key: &str) -> Option<&Node<'_>> {
        match &self.content {
            NodeContent::Map(fields) => field(fields, key),
            NodeContent::List(items) => {
                let index = key.parse::<usize>().ok().and_then(|index| items.get(index)); // none: it is a name
                items.iter().find(|item| item.is_called(key)).or(index)
            }
            NodeContent::Text(..) | NodeContent::Alias => None,
        }
    }

    /// Whether an item of a list goes by this: its name, or the number of its port.
    fn is_called(&self, key: &str) -> bool {
        let NodeContent::Map(fields) = &self.content else { return false };
        ["name", "port", "number", "containerPort"]
            .iter()
            .filter_map(|name| field(fields, name))
            .any(|value| matches!(&value.content, NodeContent::Text(text, _) if text == key))
    }

    /// Where a field of the YAML document is written that this text holds.
    fn find_within_text(&self, steps: &[FieldStep], here: FoundField) -> FoundField {
        let NodeContent::Text(text, style) = &self.content else { return here };
        if *style != ScalarStyle::Literal || steps.is_empty() {
            return here;
        }
        let root = EventReader(Parser::new_from_str(text)).item(&[]);
        let found = root.map(|root| root.find(steps, here.depth)).filter(|found| found.depth > here.depth);
        // The text begins on the line below its key.
        found.map_or(here, |found| FoundField { line: here.line + found.line, ..found })
    }
}

/// The key that these parts of a path are, with dots between them. `None`: they lead into a text.
fn joined(steps: &[FieldStep]) -> Option<String> {
    let parts = steps.iter().map(|step| match step {
        FieldStep::Key(key) => Some(key.as_str()),
        FieldStep::Document => None,
    });
    parts.collect::<Option<Vec<_>>>().map(|parts| parts.join("."))
}

fn field<'node, 'input>(
    fields: &'node [(Cow<'input, str>, Node<'input>)],
    key: &str,
) -> Option<&'node Node<'input>> {
    fields.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// Reads nodes from the events of a parser. Each method ends with `None` where the text is no YAML.
struct EventReader<'input>(Parser<'input, StrInput<'input>>);

impl<'input> EventReader<'input> {
    /// The node of an item; those before it are passed over.
    fn item(&mut self, items: &[usize]) -> Option<Node<'input>> {
        let (mut event, mut span) = self.next()?;
        for index in items {
            if matches!(event, Event::MappingStart(..)) {
                (event, _) = self.value_of("items")?;
            }
            if !matches!(event, Event::SequenceStart(..)) {
                return None;
            }
            for _ in 0..*index {
                let (event, _) = self.next()?;
                self.pass_over(&event)?;
            }
            (event, span) = self.next()?;
        }
        self.node(event, span)
    }

    /// The beginning of the value of a key, of the map that has just begun.
    fn value_of(&mut self, wanted: &str) -> Option<(Event<'input>, Span)> {
        loop {
            let (key, _) = self.next()?;
            let Event::Scalar(key, ..) = key else { return None };
            let value = self.next()?;
            if key == wanted {
                return Some(value);
            }
            self.pass_over(&value.0)?;
        }
    }

    /// Passes over the rest of what has begun with an event.
    fn pass_over(&mut self, begin: &Event<'_>) -> Option<()> {
        let mut depth = match begin {
            Event::SequenceStart(..) | Event::MappingStart(..) => 1,
            Event::SequenceEnd | Event::MappingEnd => return None,
            _ => 0,
        };
        while depth > 0 {
            match self.next()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }

    /// The node that begins with an event.
    fn node(&mut self, begin: Event<'input>, span: Span) -> Option<Node<'input>> {
        let line = span.start.line();
        let content = match begin {
            Event::Scalar(text, style, ..) => NodeContent::Text(text, style),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        break NodeContent::List(items);
                    }
                    items.push(self.node(event, span)?);
                }
            }
            Event::MappingStart(..) => {
                let mut fields = Vec::new();
                loop {
                    let (key, span) = self.next()?;
                    if key == Event::MappingEnd {
                        break NodeContent::Map(fields);
                    }
                    let Event::Scalar(key, ..) = key else { return None };
                    let (event, value_span) = self.next()?;
                    let value = self.node(event, value_span)?;
                    fields.push((key, Node { line: span.start.line(), ..value }));
                }
            }
            _ => NodeContent::Alias,
        };
        Some(Node { line, content })
    }

    /// The next event that begins or ends a value.
    fn next(&mut self) -> Option<(Event<'input>, Span)> {
        loop {
            // none: the document was read by another parser; where this one refuses it, only the file is told
            let (event, span) = self.0.next_event()?.ok()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd | Event::Comment(..) => {}
                Event::StreamEnd => return None,
                event => return Some((event, span)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GATEWAY: &str = "\
# the gateway
---
apiVersion: networking.istio.io/v1
kind: Gateway # a comment
metadata:
  name: a
  labels:
    sidecar.istio.io/inject: 'true'
spec:
  servers:
  - port: {number: 443,
           name: https}
    tls:
      mode: SIMPLE
  - port:
      number: 80
";

    const CONFIG: &str = "\
kind: ConfigMap
data:
  mesh: |-
    # istio
    defaultConfig:
      x: 1
  other: \"a: 1\"
  gateway.a.b: c
  gateway: {d: e}
";

    #[rstest]
    #[case::object("", 3)]
    #[case::field("spec.servers", 10)]
    #[case::item("spec.servers[1]", 15)]
    #[case::deep("spec.servers[0].tls.mode", 14)]
    #[case::in_one_line("spec.servers[0].port.name", 12)]
    #[case::absent("spec.servers[0].tls.credentialName", 13)]
    #[case::absent_item("spec.servers[7].tls", 10)]
    #[case::any_item("spec.servers[].port.number", 10)]
    #[case::label("metadata.labels[sidecar.istio.io/inject]", 8)]
    #[case::absent_label("metadata.labels[istio]", 7)]
    #[case::absent_at_the_top("status.conditions", 3)]
    #[case::prose("spec.servers[1], by the client", 15)]
    fn field_of_an_object(#[case] field: &str, #[case] line: usize) {
        assert_eq!(find(GATEWAY, &[], field).map(|found| found.line), Some(line));
    }

    #[rstest]
    #[case::text("data.mesh", 3)]
    #[case::bracket("data[mesh]", 3)]
    #[case::within("data.mesh: defaultConfig.x", 6)]
    #[case::absent_within("data.mesh: trustDomain", 3)]
    #[case::in_one_line("data.other: a", 7)]
    #[case::key_with_dots("data.gateway.a.b", 8)]
    #[case::key_before_a_dot("data.gateway.d", 9)]
    #[case::absent_key_with_dots("data.gateway.x.y", 9)]
    #[case::absent_beside_dots("data.local-gateway.a.b", 2)]
    fn field_of_a_document_within(#[case] field: &str, #[case] line: usize) {
        assert_eq!(find(CONFIG, &[], field).map(|found| found.line), Some(line));
    }

    #[rstest]
    #[case::port("spec.ports[80].targetPort", 5)]
    #[case::index("spec.ports[0].name", 3)]
    #[case::name("spec.containers[b].readinessProbe.path", 9)]
    fn item_is_found_by_its_name_or_port(#[case] field: &str, #[case] line: usize) {
        let text = "spec:\n  ports:\n  - name: a\n    port: 80\n    targetPort: 8080\n  containers:\n  - {name: a}\n  - name: b\n    readinessProbe: {port: 1}\n";
        assert_eq!(find(text, &[], field).map(|found| found.line), Some(line));
    }

    #[rstest]
    #[case::yaml("items:\n- kind: A\n- kind: B\n  spec:\n    x: 1\n", &[1], "spec.x", Some(5))]
    #[case::json("{\"kind\": \"List\",\n \"items\": [\n  {\"a\": [1, {}]},\n  {\"spec\": {\n    \"x\": 1}}]}", &[1], "spec.x", Some(5))]
    #[case::nested("items:\n- items:\n  - a: 1\n  - spec: 2\n", &[0, 1], "spec", Some(4))]
    #[case::tabs("{\n\t\"a\": {\n\t\t\"b\": 1}}", &[], "a.b", Some(3))]
    #[case::no_item("items: []\n", &[1], "a", None)]
    #[case::no_list("a: 1\n", &[0], "a", None)]
    #[case::no_yaml("a: [", &[], "a", None)]
    fn item_of_a_list(
        #[case] text: &str,
        #[case] items: &[usize],
        #[case] field: &str,
        #[case] line: Option<usize>,
    ) {
        assert_eq!(find(text, items, field).map(|found| found.line), line);
    }
}
