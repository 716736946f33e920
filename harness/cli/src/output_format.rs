//! The output format of a run: text for a person, or one of the formats of its report.

use crate::error::CliError;
use crate::output::print;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use report::{FORMATS, ReportFormat};
use run::RunFiles;
use std::fmt;

/// The name of the format for a person.
pub(crate) const TERMINAL: &str = "terminal";

/// The output format of a run; none of the formats of its report: text for a person.
#[derive(Clone, Copy, Default)]
pub(crate) struct OutputFormat(Option<&'static dyn ReportFormat>);

impl fmt::Debug for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.and_then(ReportFormat::option).map_or(TERMINAL, |option| option.name))
    }
}

impl OutputFormat {
    /// Parses the value of `--format`.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        let terminal = PossibleValue::new(TERMINAL).help("For a person");
        let options = FORMATS.iter().filter_map(|format| format.option());
        let options = options.map(|option| PossibleValue::new(option.name).help(option.help));
        PossibleValuesParser::new(std::iter::once(terminal).chain(options)).map(|name| Self::named(&name))
    }

    fn named(name: &str) -> Self {
        let is_named =
            |format: &&&dyn ReportFormat| format.option().is_some_and(|option| option.name == name);
        Self(FORMATS.iter().find(is_named).copied())
    }

    /// Whether it is text for a person.
    pub(crate) fn is_terminal(self) -> bool {
        self.0.is_none()
    }

    /// Prints the report of this format of a run, which comes from memory: whether its file could be written does not matter.
    /// Nothing where it is text for a person.
    pub(crate) fn print_report(self, files: &RunFiles) -> Result<(), CliError> {
        let Some(content) = self.0.and_then(|format| files.report(format.file_name())) else { return Ok(()) };
        print(&format!("{}\n", String::from_utf8_lossy(content).trim_end_matches('\n')))
    }
}
