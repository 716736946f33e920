//! The index of what was collected for a check: a line for each file, and for each document that is missing.

use crate::diagnostics::documents::{MissingDocument, readable_size};
use crate::diagnostics::failed_check::FailedCheck;
use crate::evidence;
use record::Attachment;
use std::fmt::Write;

/// `pods` are the lines of the related pods.
pub(crate) fn index(
    failed_check: &FailedCheck,
    pods: &[String],
    attachments: &[Attachment],
    missing: &[MissingDocument],
    took_ms: u128,
) -> Attachment {
    let folder = evidence::diagnostics_folder(failed_check.check.id);
    let mut text = header(failed_check, took_ms);
    if !pods.is_empty() {
        text.push_str("\nPods\n");
    }
    for pod in pods {
        let _ = writeln!(text, "  {pod}");
    }
    text.push_str("\nFiles\n");
    let path = |attachment: &Attachment| attachment.name.replacen(&format!("{folder}/"), "", 1);
    let widest = attachments.iter().map(|one| path(one).chars().count()).max().unwrap_or_default();
    for one in attachments {
        let cut = one.cut.as_ref().map(|cut| format!("; cut: {cut}")).unwrap_or_default();
        let size = readable_size(one.text.len());
        let _ = writeln!(text, "  {size:>8}  {:widest$}  {}{cut}", path(one), one.about);
    }
    if !missing.is_empty() {
        text.push_str("\nNot collected\n");
    }
    for MissingDocument { name, reason } in missing {
        let _ = writeln!(text, "  {name}: {reason}");
    }
    Attachment {
        name: format!("{folder}/index.txt"),
        about: "what was collected, and what was not".to_owned(),
        text: redact::text(&text).into_owned(),
        cut: None,
    }
}

fn header(failed_check: &FailedCheck, took_ms: u128) -> String {
    let FailedCheck { check, outcome, findings, error, .. } = failed_check;
    let mut text = format!("Evidence for {}, which {outcome}; collected in {took_ms} ms.\n", check.id);
    for finding in findings {
        let _ = write!(text, "\n{}: {}, {}\n", finding.code, finding.object, finding.field);
        let _ = writeln!(text, "  expected: {}\n  observed: {}", finding.expected, finding.observed);
    }
    if let Some(error) = error {
        let _ = writeln!(text, "\nerror: {error}");
    }
    text
}
