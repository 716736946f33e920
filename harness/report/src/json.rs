//! `report.json`: the record of a run for machines, under a versioned schema that is committed as JSON Schema.

use crate::changed_verdict::ChangedVerdict;
use crate::format::{FormatOption, RenderError, ReportFormat, ReportSource};
use crate::run_record::RunRecord;
use record::journal::{Interruption, RunHeader};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vocabulary::{Outcome, Retries, Summary, TypeMeta, schema_of};

/// The format of `report.json`.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl ReportFormat for Json {
    fn file_name(&self) -> &'static str {
        "report.json"
    }

    fn option(&self) -> Option<FormatOption> {
        Some(FormatOption { name: "json", help: "The report, under its JSON Schema" })
    }

    fn render(&self, source: &ReportSource<'_>) -> Result<Vec<u8>, RenderError> {
        Ok(serde_json::to_vec_pretty(&report(source.record))?)
    }
}

/// The report of a run.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What the document is: a `Report`.
    #[serde(flatten)]
    pub type_meta: TypeMeta,
    /// What the run was about.
    pub header: RunHeader,
    /// How many checks ended in which way.
    pub summary: Summary,
    /// How long the run took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// How often requests to the API server were repeated, by the reason: a status, or `timeout`, `reset`, `cut`.
    #[serde(default, skip_serializing_if = "Retries::is_empty")]
    pub retries: Retries,
    /// Present where the run was interrupted: `checks` are then not all of its checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Interruption>,
    /// The verdicts that are not those of the run, where its bundle was judged again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<ReportedChange>,
    /// The checks, in the order of the document.
    pub checks: Vec<ReportedCheck>,
}

/// A check in a report.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportedCheck {
    /// The check's id.
    pub id: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The answers on which it was judged, relative to this report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_file: Option<String>,
}

/// A verdict that is not that of the run.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportedChange {
    /// The check's id.
    pub check: String,
    /// How it ended in the run.
    pub recorded: String,
    /// How it ends today.
    pub current: String,
    /// What has changed.
    pub cause: String,
}

impl ReportedChange {
    fn new(changed: &ChangedVerdict) -> Self {
        Self {
            check: changed.check.clone(),
            recorded: changed.recorded.word().to_owned(),
            current: changed.current.word().to_owned(),
            cause: changed.cause.to_string(),
        }
    }
}

/// The report of a record.
pub fn report(record: &RunRecord) -> Report {
    let checks = record.checks.iter().map(|check| ReportedCheck {
        id: check.id.clone(),
        duration_ms: check.duration_ms,
        outcome: check.outcome.clone(),
        evidence_file: check.evidence_file.clone(),
    });
    Report {
        type_meta: TypeMeta::of_kind("Report"),
        header: record.header.clone(),
        summary: record.summary,
        duration_ms: record.duration_ms,
        retries: record.retries.clone(),
        interrupted: record.interruption.clone(),
        changed: record.changed_verdicts.iter().map(ReportedChange::new).collect(),
        checks: checks.collect(),
    }
}

/// The JSON Schema of a report, as committed.
pub fn schema() -> String {
    schema_of::<Report>()
}
