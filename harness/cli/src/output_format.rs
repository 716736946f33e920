//! What is printed to stdout: for a person, or one of the formats of a run's report.

use crate::error::CliError;
use crate::output::print;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use report::{FORMATS, ReportFormat, ReportSource, RunRecord};
use std::collections::BTreeMap;
use std::fmt;

/// The name of what is for a person.
pub(crate) const TERMINAL: &str = "terminal";

/// See the module text.
#[derive(Clone, Copy, Default)]
pub(crate) struct OutputFormat(Option<&'static dyn ReportFormat>);

impl fmt::Debug for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.and_then(ReportFormat::printed_as).map_or(TERMINAL, |(name, _)| name))
    }
}

impl OutputFormat {
    /// Reads it from the command line.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        let terminal = PossibleValue::new(TERMINAL).help("For a person");
        let formats = FORMATS.iter().filter_map(|format| format.printed_as());
        let formats = formats.map(|(name, about)| PossibleValue::new(name).help(about));
        PossibleValuesParser::new(std::iter::once(terminal).chain(formats)).map(|name| Self::named(&name))
    }

    fn named(name: &str) -> Self {
        let is_it = |format: &&&dyn ReportFormat| format.printed_as().is_some_and(|(known, _)| known == name);
        Self(FORMATS.iter().find(is_it).copied())
    }

    /// Whether it is for a person.
    pub(crate) fn is_terminal(self) -> bool {
        self.0.is_none()
    }

    /// Prints a record as a program reads it; nothing where it is for a person.
    pub(crate) fn print(self, record: &RunRecord) -> Result<(), CliError> {
        let Some(format) = self.0 else { return Ok(()) };
        let content = format.render(&ReportSource { record, cards: &[], evidence: &BTreeMap::new() })?;
        print(&format!("{}\n", String::from_utf8_lossy(&content).trim_end_matches('\n')))
    }
}
