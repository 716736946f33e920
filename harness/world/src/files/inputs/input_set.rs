//! All files that `--files` names, and what of them cannot be read: folders, archives, single files, standard input.

use crate::files::error::FilesError;
use crate::files::inputs::folder::FolderWalk;
use crate::files::inputs::input_file::{InputFile, read_limited};
use crate::files::inputs::limits::ReadBudget;
use crate::files::inputs::packing::Packing;
use crate::files::inputs::{tarball, zip_file};
use crate::files::not_read::{NotRead, NotReadReason};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What stands for standard input among paths.
pub(crate) const STDIN: &str = "-";

/// How standard input is called in messages.
const STDIN_NAME: &str = "stdin";

/// All files that are to be read.
#[derive(Debug, Default)]
pub(crate) struct InputSet {
    pub(crate) files: Vec<Arc<InputFile>>,
    pub(crate) not_read: Vec<NotRead>,
}

impl InputSet {
    /// Finds the files of all paths. What is on disk is read later; archives and standard input now.
    pub(crate) fn open(
        paths: &[PathBuf],
        stdin: &mut dyn Read,
        budget: &mut ReadBudget,
    ) -> Result<Self, FilesError> {
        let mut set = Self::default();
        let mut walk = FolderWalk::default();
        for path in paths {
            let io_error = |source| FilesError::Io { path: path.clone(), source };
            if path.as_os_str() == STDIN {
                set.add_stream(STDIN_NAME, stdin, budget)?;
                continue;
            }
            let metadata = std::fs::metadata(path).map_err(io_error)?;
            if metadata.is_dir() {
                walk.walk(path, &mut set.files, &mut set.not_read, budget)?;
            } else if metadata.is_file() {
                set.add_file(path, &mut walk, budget)?;
            } else {
                // A pipe, such as the shell makes of `<(kustomize build .)`, can be read once.
                set.add_stream(
                    &path.display().to_string(),
                    &mut File::open(path).map_err(io_error)?,
                    budget,
                )?;
            }
        }
        Ok(set)
    }

    fn add_file(
        &mut self,
        path: &Path,
        walk: &mut FolderWalk,
        budget: &mut ReadBudget,
    ) -> Result<(), FilesError> {
        let io_error = |source| FilesError::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(io_error)?;
        let mut head = Vec::new();
        file.by_ref().take(Packing::HEAD).read_to_end(&mut head).map_err(io_error)?;
        file.rewind().map_err(io_error)?;
        let name = path.display().to_string();
        match Packing::of(&head) {
            Packing::None if !walk.is_new(path).map_err(io_error)? => Ok(()),
            Packing::None => {
                self.files.push(Arc::new(InputFile::on_disk(path.to_owned())));
                Ok(())
            }
            Packing::Zip => self.add_zip(&name, BufReader::new(file), budget),
            packing => self.add_packed(&name, packing, &mut BufReader::new(file), budget),
        }
    }

    /// Adds what can be read only once.
    fn add_stream(
        &mut self,
        name: &str,
        stream: &mut dyn Read,
        budget: &mut ReadBudget,
    ) -> Result<(), FilesError> {
        let io_error = |source| FilesError::Io { path: PathBuf::from(name), source };
        let mut head = Vec::new();
        stream.take(Packing::HEAD).read_to_end(&mut head).map_err(io_error)?;
        let packing = Packing::of(&head);
        let mut stream = head.as_slice().chain(stream);
        match packing {
            Packing::None => {
                let limit = budget.limits.file;
                match read_limited(&mut stream, limit).map_err(io_error)? {
                    Some(bytes) => self.files.push(Arc::new(InputFile::held(name.to_owned(), bytes))),
                    None => self.not_read.push(NotRead::file(name, NotReadReason::Oversized)),
                }
                Ok(())
            }
            Packing::Zip => {
                let bytes = read_limited(&mut stream, budget.limits.total).map_err(io_error)?;
                let bytes = bytes.ok_or(FilesError::TooMuch { limit: budget.limits.total })?;
                self.add_zip(name, std::io::Cursor::new(bytes), budget)
            }
            packing => self.add_packed(name, packing, &mut stream, budget),
        }
    }

    fn add_packed(
        &mut self,
        name: &str,
        packing: Packing,
        stream: &mut dyn Read,
        budget: &mut ReadBudget,
    ) -> Result<(), FilesError> {
        match packing {
            Packing::Tar => tarball::read(name, stream, &mut self.files, &mut self.not_read, budget),
            Packing::Gzip => {
                let mut unpacked = flate2::read::MultiGzDecoder::new(stream);
                let io_error = |source| FilesError::Archive { path: name.to_owned(), source };
                let mut head = Vec::new();
                unpacked.by_ref().take(Packing::HEAD).read_to_end(&mut head).map_err(io_error)?;
                let packing = Packing::of(&head);
                let mut unpacked = head.as_slice().chain(unpacked);
                match packing {
                    Packing::Tar => {
                        tarball::read(name, &mut unpacked, &mut self.files, &mut self.not_read, budget)
                    }
                    Packing::None => {
                        match read_limited(&mut unpacked, budget.limits.file).map_err(io_error)? {
                            Some(bytes) => self.files.push(Arc::new(InputFile::held(name.to_owned(), bytes))),
                            None => self.not_read.push(NotRead::file(name, NotReadReason::Oversized)),
                        }
                        Ok(())
                    }
                    Packing::Gzip | Packing::Zip | Packing::Other(_) => {
                        self.not_read.push(NotRead::file(name, NotReadReason::NestedArchive));
                        Ok(())
                    }
                }
            }
            Packing::Other(how) => {
                self.not_read.push(NotRead::file(name, NotReadReason::Encoded).detail(how));
                Ok(())
            }
            Packing::None | Packing::Zip => Ok(()),
        }
    }

    fn add_zip(
        &mut self,
        name: &str,
        file: impl Read + Seek,
        budget: &mut ReadBudget,
    ) -> Result<(), FilesError> {
        zip_file::read(name, file, &mut self.files, &mut self.not_read, budget)
    }
}
