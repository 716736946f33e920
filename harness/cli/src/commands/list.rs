//! `meshproof list`: the checks, for a person or a program.

use crate::error::CliError;
use crate::output::print;
use report::terminal::style::{BOLD, DIM};
use run::Registry;
use run::plan::select;
use std::fmt::Write;
use vocabulary::ExitCode;
use world::Check;

#[derive(Debug, clap::Args)]
pub(crate) struct ListArguments {
    /// Checks, areas or suites; all when none is named
    names: Vec<String>,
    /// What is printed to stdout
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum ListFormat {
    /// For a person
    #[default]
    Terminal,
    /// One id a line
    Ids,
    /// A JSON list
    Json,
}

pub(crate) fn main(registry: &Registry, arguments: &ListArguments) -> Result<ExitCode, CliError> {
    let checks = select(&registry.checks, &arguments.names)?;
    match arguments.format {
        ListFormat::Terminal => print(&terminal(&checks)),
        ListFormat::Ids => {
            print(&(checks.iter().map(|check| check.id).collect::<Vec<_>>().join("\n") + "\n"))
        }
        ListFormat::Json => print(&(serde_json::to_string_pretty(&json(&checks))? + "\n")),
    }?;
    Ok(ExitCode::Passed)
}

fn terminal(checks: &[&'static Check]) -> String {
    let mut text = String::new();
    let mut suite = "";
    for check in checks {
        if check.suite() != suite {
            suite = check.suite();
            let _ = writeln!(text, "{BOLD}{suite}{BOLD:#}");
        }
        let behaviour = check.id.strip_prefix(suite).unwrap_or(check.id).trim_start_matches("::");
        let _ = writeln!(text, "  {behaviour}");
        let _ = writeln!(
            text,
            "      {} {DIM}({}, tier {}){DIM:#}",
            check.title, check.requirement.level, check.tier
        );
    }
    let noun = if checks.len() == 1 { "check" } else { "checks" };
    let _ = writeln!(text, "\n{} {noun}; `meshproof explain <id>` tells more of each", checks.len());
    text
}

fn json(checks: &[&'static Check]) -> Vec<serde_json::Value> {
    let object = |check: &&'static Check| {
        serde_json::json!({
            "id": check.id,
            "title": check.title,
            "level": check.requirement.level,
            "tier": check.tier,
            "statement": check.requirement.statement,
            "source": check.requirement.source,
            "findings": check.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        })
    };
    checks.iter().map(object).collect()
}
