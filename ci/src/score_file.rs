//! The score of the generated faults, as the program wrote it: `docs/generated-faults.json`.

use anyhow::{Context, Result};
use report::score::Score;
use std::path::Path;

/// Where the score is kept.
pub(crate) const PATH: &str = "docs/generated-faults.json";

/// Reads the score.
pub(crate) fn read(top: &Path) -> Result<Score> {
    let text = std::fs::read_to_string(top.join(PATH)).with_context(|| format!("{PATH} is missing"))?;
    serde_json::from_str(&text).with_context(|| format!("{PATH} is damaged"))
}
