//! The page of a check: its card, and the faults that prove that it can fail.

use anyhow::{Context, Result};
use report::check_page;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use world::Check;

/// The reference document, as the checks name it, and the address of the version with these sections.
const REFERENCE: (&str, &str) = (
    "Integrating Service Mesh with OpenShift Serverless",
    "https://docs.redhat.com/en/documentation/red_hat_openshift_serverless/1.36/html/integrations/serverless-ossm-setup",
);

/// See the module text.
pub(super) fn text(top: &Path, check: &Check) -> Result<String> {
    let (title, address) = REFERENCE;
    let source = |title: &str| format!("Source: {title},");
    let text = check_page::markdown(&check.card);
    let mut text = text.replacen(&source(title), &source(&format!("[{title}]({address})")), 1);
    text.push_str("\n## Faults that trip it\n\n");
    let folder = top.join("fixtures/checks").join(check.path());
    let mut faults: Vec<_> = std::fs::read_dir(&folder)
        .with_context(|| format!("{} has no faults in {}", check.id, folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    faults.retain(|path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("fault-"))
    });
    faults.sort();
    for path in faults {
        let yaml = std::fs::read_to_string(&path)?;
        let finding =
            yaml.lines().find_map(|line| line.strip_prefix("finding: ")).unwrap_or_default().to_owned();
        let comment: Vec<_> = yaml.lines().map_while(|line| line.strip_prefix("# ")).collect();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let _ = writeln!(text, "- `{name}` → `{finding}`: {}", comment.join(" "));
    }
    Ok(text)
}
