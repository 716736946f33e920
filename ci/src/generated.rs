//! Judges the generated faults on the reference recording, and keeps the score.

use crate::docs;
use crate::program::{empty_folder, meshproof, only_folder};
use crate::score_file;
use anyhow::{Result, bail};
use report::score::Score;
use std::path::Path;

/// Keeps the score of the generated faults. One that is missed is an error.
pub(crate) fn score(top: &Path) -> Result<()> {
    let out = empty_folder(top, "generated")?;
    meshproof(top, &["fault", "--recording", "--generated"], &out)?;
    std::fs::copy(Score::path(&only_folder(&out)?), top.join(score_file::PATH))?;
    let written = docs::write(top)?;
    anstream::eprintln!("{}; {written} generated files written; look at the difference", score_file::PATH);
    let score = score_file::read(top)?;
    if !score.is_clean() {
        bail!("a fault is missed, or a rule is not needed");
    }
    let untripped = fixtures::untripped()?;
    let is_blind = |(check, caught): &(&String, &usize)| **caught == 0 && !untripped.contains_key(*check);
    let blind: Vec<_> = score.checks.iter().filter(is_blind).map(|(check, _)| check.as_str()).collect();
    if !blind.is_empty() {
        bail!("no generated fault trips {}; say in fixtures/untripped.yaml why none can", blind.join(", "));
    }
    Ok(())
}
