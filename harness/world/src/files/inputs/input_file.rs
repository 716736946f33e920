//! A file that may hold objects: on disk, or unpacked from an archive or standard input.

use crate::files::inputs::limits::LIMITS;
use crate::files::inputs::text;
use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file that may hold objects.
#[derive(Debug)]
pub(crate) struct InputFile {
    name: String,
    content: FileContent,
}

/// Where the bytes of a file are.
enum FileContent {
    OnDisk(PathBuf),
    Held(Vec<u8>),
}

impl fmt::Debug for FileContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnDisk(path) => write!(f, "OnDisk({path:?})"),
            Self::Held(bytes) => write!(f, "Held({} bytes)", bytes.len()),
        }
    }
}

impl InputFile {
    /// A file on disk.
    pub(crate) fn on_disk(path: PathBuf) -> Self {
        Self { name: path.display().to_string(), content: FileContent::OnDisk(path) }
    }

    /// What was read from elsewhere.
    pub(crate) fn held(name: String, bytes: Vec<u8>) -> Self {
        Self { name, content: FileContent::Held(bytes) }
    }

    /// The name, for a person: the path, or that of the archive with that of the entry.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The name as a path, to be compared with that of other files.
    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.name)
    }

    /// The bytes. `None`: they are more than the limit.
    pub(crate) fn bytes(&self, limit: u64) -> io::Result<Option<Cow<'_, [u8]>>> {
        match &self.content {
            FileContent::Held(bytes) => Ok(Some(bytes.into())),
            FileContent::OnDisk(path) => {
                let bytes = read_limited(File::open(path)?, limit)?;
                Ok(bytes.map(Into::into))
            }
        }
    }

    /// Reads the text again. `None`: it cannot be read any more.
    pub(crate) fn with_text<T>(&self, read: impl FnOnce(&str) -> T) -> Option<T> {
        // none: a file that has gone since has no lines, and only its name is told
        let bytes = self.bytes(LIMITS.file).ok()??;
        // none: a file that is no text any more has no lines, either
        let text = text::decode(&bytes).ok()?;
        Some(read(&text))
    }
}

/// Reads all bytes. `None`: there are more than the limit.
pub(crate) fn read_limited(source: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}
