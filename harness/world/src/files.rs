//! Files instead of a cluster: manifests, a must-gather, or what `kubectl get -o yaml` printed.
//!
//! Nothing in a file ends the run: what is no object is told, and the rest is judged. Of each kind it is known how much of it
//! the files hold; `docs/files.md` says by what.

pub(crate) mod documents;
mod error;
mod hold;
mod inputs;
mod inventory;
mod not_read;
mod not_read_text;
mod shown_path;
mod unrendered;

pub use documents::place::ObjectPlace;
pub use error::FilesError;
pub use hold::FilesHold;
pub use not_read::{NotRead, NotReadReason};
pub use not_read_text::not_read_notes;

use crate::manifests::Manifests;
use documents::document::{self, FileContents};
use inputs::input_file::InputFile;
use inputs::input_set::InputSet;
use inputs::limits::{LIMITS, ReadBudget, ReadLimits};
use inputs::text;
use inventory::Inventory;
use inventory::duplicate::has_status;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use unrendered::helm_chart::HelmCharts;
use unrendered::kustomization::Kustomizations;
use vocabulary::{DISCOVERY, Extent, ObjectRef};

/// The files of a run, read.
#[derive(Debug)]
pub struct Files {
    paths: Vec<PathBuf>,
    hold: Option<FilesHold>,
    manifests: Manifests,
    /// Of the files that hold an object.
    file_count: usize,
    /// Whether all custom resource definitions are among the objects.
    has_definitions: bool,
    not_read: Vec<NotRead>,
}

impl Files {
    /// Reads files, folders with all that is below them, archives, and for `-` standard input.
    pub fn read(paths: &[PathBuf], hold: Option<FilesHold>) -> Result<Self, FilesError> {
        Self::read_within(paths, hold, &mut std::io::stdin().lock(), LIMITS)
    }

    fn read_within(
        paths: &[PathBuf],
        hold: Option<FilesHold>,
        stdin: &mut dyn Read,
        limits: ReadLimits,
    ) -> Result<Self, FilesError> {
        let mut budget = ReadBudget::new(limits);
        let set = InputSet::open(paths, stdin, &mut budget)?;
        let mut not_read = set.not_read;
        let contents = read_files(&set.files, &mut not_read, &mut budget)?;
        let with_objects: BTreeSet<_> = contents.objects.iter().map(|object| object.place.file()).collect();
        let file_count = with_objects.len();
        let inventory = Inventory::of(contents, &mut not_read, hold);
        let has_definitions = inventory.has_all_definitions();
        let manifests = inventory.into_manifests(Timestamp::now());
        let files = Self { paths: paths.to_owned(), hold, manifests, file_count, has_definitions, not_read };
        if files.object_count() == 0 {
            let paths = paths.iter().map(|path| format!("`{}`", shown_path::shorten(path))).collect();
            return Err(FilesError::Empty {
                paths,
                not_read: not_read_text::summarize_not_read(&files.not_read),
            });
        }
        Ok(files)
    }

    fn object_count(&self) -> usize {
        self.manifests.all_objects().count()
    }

    /// The files in one line, for a person: `70 objects in 3 files of manifests`.
    pub fn describe(&self) -> String {
        let (objects, files) = (self.object_count(), self.file_count);
        let status = if self.has_any_status() { "" } else { ", without status" };
        format!(
            "{objects} {} in {files} {} of {}{status}",
            if objects == 1 { "object" } else { "objects" },
            if files == 1 { "file" } else { "files" },
            shown_path::join(&self.paths)
        )
    }

    /// The options that read the same files again.
    pub fn rerun_flags(&self) -> String {
        let files = self.paths.iter().map(|path| format!(" --files {}", shown_path::quote(path)));
        files.chain(self.hold.map(|hold| format!(" --files-hold {hold}"))).collect()
    }

    /// What was not read of them, and why.
    pub fn not_read(&self) -> &[NotRead] {
        &self.not_read
    }

    /// The objects.
    pub fn manifests(&self) -> &Manifests {
        &self.manifests
    }

    /// How much is known of a resource, by its full name.
    pub fn extent(&self, resource: &str) -> Extent {
        self.manifests.extent(resource)
    }

    /// Whether any object has a status. Definitions do not count: no check judges theirs.
    fn has_any_status(&self) -> bool {
        let mut others =
            self.manifests.all_objects().filter(|(resource, _)| *resource != inventory::DEFINITIONS);
        others.any(|(_, known)| has_status(&known.object))
    }

    /// Whether the files offer a capability of the cluster that they are from.
    pub fn offers(&self, capability: &str) -> bool {
        capability != DISCOVERY.name || self.has_definitions
    }

    /// Where a field of an object is written, or the deepest part of its path that is: `mesh/gateway.yaml:12`. `None`: the object
    /// is not among the files.
    pub fn line_of(&self, object: &ObjectRef, field: &str) -> Option<String> {
        self.manifests.line_of(object, field)
    }
}

/// Reads what the files hold.
fn read_files(
    files: &[Arc<InputFile>],
    not_read: &mut Vec<NotRead>,
    budget: &mut ReadBudget,
) -> Result<FileContents, FilesError> {
    let (charts, kustomizations) = (HelmCharts::among(files), Kustomizations::among(files));
    not_read.extend(kustomizations.not_read.iter().cloned());
    let mut all = FileContents::default();
    for file in files {
        if let Some(chart) = charts.chart_of(file.path()) {
            not_read.push(NotRead::file(file.name(), NotReadReason::HelmChart(chart)));
        } else if let Some(folder) = kustomizations.part_of(file.path()) {
            not_read.push(NotRead::file(file.name(), NotReadReason::KustomizationPart(folder)));
        } else if !kustomizations.is_one(file.path()) {
            let mut contents = read_file(file, not_read, budget)?;
            for object in &mut contents.objects {
                object.patched_by = kustomizations.patching(object);
            }
            not_read.append(&mut contents.not_read);
            all.objects.append(&mut contents.objects);
            all.extents.append(&mut contents.extents);
        }
    }
    Ok(all)
}

/// Reads what one file holds.
fn read_file(
    file: &Arc<InputFile>,
    not_read: &mut Vec<NotRead>,
    budget: &mut ReadBudget,
) -> Result<FileContents, FilesError> {
    let mut refuse = |not_one: NotRead| {
        not_read.push(not_one);
        Ok(FileContents::default())
    };
    let bytes = match file.bytes(budget.limits.file) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return refuse(NotRead::file(file.name(), NotReadReason::Oversized)),
        Err(error) => {
            return refuse(NotRead::file(file.name(), NotReadReason::Unreadable).detail(error.to_string()));
        }
    };
    if !budget.add_bytes(bytes.len() as u64) {
        return Err(FilesError::TooMuch { limit: budget.limits.total });
    }
    match text::decode(&bytes) {
        Ok(text) => Ok(document::read(file, &text)),
        Err(error) => refuse(NotRead::at(file.name(), error.line, NotReadReason::NotText)),
    }
}

#[cfg(test)]
mod tests;
