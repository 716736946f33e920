//! All that a check was given, as a text for a person with an editor.
//!
//! It is written object by object: of a check that reads a large cluster, no second copy is made.

use crate::erased::ErasedObjects;
use crate::observation::{Observations, ObservedKind};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::io::{self, Write};

impl Observations {
    /// Writes all of it as JSON.
    pub fn write_document(&self, to: impl Write) -> io::Result<()> {
        let exchanges: Result<_, _> = self.exchanges().iter().map(serde_json::to_value).collect();
        let document = ObservationDocument {
            exchanges: exchanges?,
            kinds: self.kinds(),
            lines: self.lines().into_iter().map(LogLine::from).collect(),
        };
        Ok(serde_json::to_writer_pretty(to, &document)?)
    }
}

/// The fields are in the order of the alphabet, as those of the objects are.
#[derive(Serialize)]
struct ObservationDocument<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exchanges: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<ObservedKind<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LogLine<'a>>,
}

#[derive(Serialize)]
struct LogLine<'a> {
    container: &'a str,
    containing: &'a str,
    line: Option<&'a str>,
}

impl<'a> From<(&'a str, &'a str, Option<&'a str>)> for LogLine<'a> {
    fn from((container, containing, line): (&'a str, &'a str, Option<&'a str>)) -> Self {
        Self { container, containing, line }
    }
}

impl Serialize for ObservedKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ObservedKind", 3)?;
        fields.serialize_field("objects", self.objects)?;
        fields.serialize_field("resource", self.resource)?;
        fields.serialize_field("scope", self.scope)?;
        fields.end()
    }
}

impl Serialize for ErasedObjects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|object| object.value()))
    }
}
