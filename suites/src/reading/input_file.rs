//! Files that inputs name.

use std::path::Path;
use std::sync::Arc;
use vocabulary::HarnessError;

/// The text of the file that an input names.
pub fn read_input_file(key: &'static str, path: &Path) -> Result<String, HarnessError> {
    std::fs::read_to_string(path).map_err(|source| HarnessError::Input {
        key,
        path: path.to_owned(),
        source: Arc::new(source),
    })
}
