//! The counterpart of the test command: recordings are written in the format of today, generated documents and snapshots
//! are made anew.

use crate::test_run;
use crate::{docs, lab_outcome, recordings};
use anyhow::{Result, bail};
use std::path::Path;

/// Makes generated documents and snapshots anew, and tells which tests fail for another reason.
pub(crate) fn bless(top: &Path) -> Result<()> {
    recordings::renew(top)?;
    lab_outcome::write(top, &lab_outcome::read(top)?)?;
    let written = docs::write(top)?;
    anstream::eprintln!("{written} generated files written");
    let failed = test_run::failures(top, &[("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])?;
    if failed.is_empty() {
        anstream::eprintln!("documents and snapshots are made anew; look at the difference");
        return Ok(());
    }
    bail!(
        "documents and snapshots are made anew; what fails now fails for another reason:\n  {}",
        failed.join("\n  ")
    )
}
