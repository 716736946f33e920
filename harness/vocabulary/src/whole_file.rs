//! Writes a file whole or not at all: beside its place first, then to the disk, then by its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileReaders {
    /// Whoever the file mode mask of this process allows.
    Everybody,
    /// Its owner alone: it holds a secret.
    Owner,
}

/// Writes a file, and the folder in which it lies where that is missing. A reader finds the file as it was before, or with all
/// of this content. After an error nothing is left beside it.
pub fn write_whole_file(path: &Path, content: &[u8], readers: FileReaders) -> io::Result<()> {
    write_whole_file_with(path, readers, |file| file.write_all(content))
}

/// The same for a content that is written piece by piece. Where its writer fails, the file is as it was.
pub fn write_whole_file_with(
    path: &Path,
    readers: FileReaders,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let unfinished = unfinished_path(path)?;
    let written = write_and_rename(path, &unfinished, readers, write);
    if written.is_err() {
        // The first error is the one to be told; the file may never have been there.
        // none: the error that is returned says more
        let _ = fs::remove_file(&unfinished);
        return written;
    }
    // The new name is on the disk when its folder is. Not every file system can do that, and the file itself is whole.
    // none: the file is whole; only after a power cut it could be as before
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
    Ok(())
}

fn write_and_rename(
    path: &Path,
    unfinished: &Path,
    readers: FileReaders,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    if readers == FileReaders::Owner {
        options.mode(0o600);
    }
    let mut file = options.open(unfinished)?;
    write(&mut file)?;
    file.sync_all()?;
    drop(file);
    fs::rename(unfinished, path)
}

/// Beside the file, so that a rename does not leave its file system; with the process in its name, so that two processes do not
/// write the same one.
fn unfinished_path(path: &Path) -> io::Result<PathBuf> {
    let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
    let mut name = path.file_name().ok_or_else(no_name)?.to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    Ok(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn file_is_written_with_its_folder_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.json");
        for content in [&b"first"[..], b"second"] {
            write_whole_file(&path, content, FileReaders::Everybody).unwrap();
            assert_eq!(fs::read(&path).unwrap(), content);
        }
        assert_eq!(names(&folder.path().join("a")), ["b.json"]);
    }

    #[test]
    fn secret_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        write_whole_file(&path, b"s", FileReaders::Owner).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn failed_write_leaves_what_was_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        // A folder cannot be replaced by a file.
        fs::create_dir(&path).unwrap();
        write_whole_file(&path, b"new", FileReaders::Everybody).unwrap_err();
        assert!(path.is_dir());
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn content_that_ends_in_the_middle_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle");
        let written = write_whole_file_with(&path, FileReaders::Everybody, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(written.unwrap_err().to_string(), "no more");
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn file_below_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        write_whole_file(&file.join("below"), b"y", FileReaders::Everybody).unwrap_err();
        assert_eq!(fs::read(&file).unwrap(), b"x");
    }
}
