//! The folder of a check's evidence, and its index: a line for each file, and for each document that could not be had.

use crate::diagnostics::bounds::size;
use crate::diagnostics::failed_check::FailedCheck;
use crate::diagnostics::lists::Missing;
use record::Attachment;
use std::fmt::Write;
use std::path::Path;

/// The folder of a check, relative to the run's.
pub(crate) fn of(check: &str) -> String {
    format!("evidence/{}", check.replace("::", "."))
}

/// The index of a folder.
pub(crate) fn index(
    concern: &FailedCheck,
    pods: &[String],
    attachments: &[Attachment],
    missing: &[Missing],
    took_ms: u128,
) -> Attachment {
    let folder = of(concern.check.id);
    let mut text =
        format!("Evidence for {}, which {}; collected in {took_ms} ms.\n", concern.check.id, concern.word);
    for finding in &concern.findings {
        let _ = write!(text, "\n{}: {}, {}\n", finding.code, finding.object, finding.field);
        let _ = writeln!(text, "  expected: {}\n  observed: {}", finding.expected, finding.observed);
    }
    if let Some(error) = &concern.error {
        let _ = writeln!(text, "\nerror: {error}");
    }
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
        let _ = writeln!(text, "  {:>8}  {:widest$}  {}{cut}", size(one.text.len()), path(one), one.about);
    }
    if !missing.is_empty() {
        text.push_str("\nNot collected\n");
    }
    for (what, why) in missing {
        let _ = writeln!(text, "  {what}: {why}");
    }
    let name = format!("{folder}/index.txt");
    Attachment {
        name,
        about: "what was collected, and what was not".to_owned(),
        text: redact::text(&text).into_owned(),
        cut: None,
    }
}

/// Writes all of it below the run's folder.
pub(crate) fn write(run: &Path, attachments: &[Attachment]) -> std::io::Result<()> {
    for attachment in attachments {
        let path = run.join(&attachment.name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &attachment.text)?;
    }
    Ok(())
}
