//! The recordings that are part of the program: files of `fixtures/recordings`.

use anyhow::{Context, Result, bail};
use record::{FaultRecordings, Recording};
use std::path::{Path, PathBuf};

/// A recording under 1 MiB, so that the program stays small.
const LARGEST: usize = 1 << 20;

/// The recordings that hold whole runs on plain Istio, the healthy one first.
pub(crate) const RUNS: [&str; 2] = ["reference", "broken"];

/// The recordings that hold whole runs on another flavour, by its name.
pub(crate) const OTHER_FLAVOURS: [&str; 1] = ["ossm2"];

/// What checks were given under the faults.
const FAULTS: &str = "faults";

/// Reads a recording by its name.
pub(crate) fn read(top: &Path, name: &str) -> Result<Recording> {
    Ok(Recording::parse(&bytes(top, name)?)?)
}

/// Writes a recording, and says how large it is, in KiB.
pub(crate) fn write(top: &Path, name: &str, recording: &Recording) -> Result<usize> {
    let text = serde_json::to_string_pretty(recording)? + "\n";
    if text.len() > LARGEST {
        bail!("the recording has {} KiB, and may have {}", text.len() >> 10, LARGEST >> 10);
    }
    // What is not whole is not written.
    Recording::parse(text.as_bytes())?;
    std::fs::write(path(top, name), &text)?;
    Ok(text.len() >> 10)
}

/// Reads what checks were given under the faults.
pub(crate) fn read_faulted(top: &Path) -> Result<FaultRecordings> {
    Ok(FaultRecordings::parse(&bytes(top, FAULTS)?)?)
}

/// Writes what checks were given under the faults.
pub(crate) fn write_faulted(top: &Path, faulted: &FaultRecordings) -> Result<()> {
    Ok(std::fs::write(path(top, FAULTS), serde_json::to_string_pretty(faulted)? + "\n")?)
}

/// Writes all recordings in the format of today, without what no check refers to.
pub(crate) fn renew(top: &Path) -> Result<()> {
    for name in RUNS.into_iter().chain(OTHER_FLAVOURS) {
        let mut recording = read(top, name)?;
        recording.forget_unused();
        write(top, name, &recording)?;
    }
    let mut faulted = read_faulted(top)?;
    faulted.forget_unused();
    write_faulted(top, &faulted)
}

/// Where a recording is.
pub(crate) fn path(top: &Path, name: &str) -> PathBuf {
    top.join("fixtures/recordings").join(name).with_extension("json")
}

fn bytes(top: &Path, name: &str) -> Result<Vec<u8>> {
    let path = path(top, name);
    std::fs::read(&path).with_context(|| format!("could not read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_written_as_they_are() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("fixtures/recordings")).unwrap();
        for name in RUNS.into_iter().chain(OTHER_FLAVOURS) {
            let mut recording = read(top, name).unwrap();
            recording.forget_unused();
            write(folder.path(), name, &recording).unwrap();
        }
        let mut faulted = read_faulted(top).unwrap();
        faulted.forget_unused();
        write_faulted(folder.path(), &faulted).unwrap();
        for name in ["reference", "broken", FAULTS] {
            assert!(bytes(folder.path(), name).unwrap() == bytes(top, name).unwrap(), "{name}");
        }
    }
}
