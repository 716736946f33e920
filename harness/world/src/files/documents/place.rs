//! Where an object is written: the file, its document, and its place in a list.

use crate::files::documents::field_line::{self, FoundField};
use crate::files::inputs::input_file::InputFile;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Where an object is written.
#[derive(Debug, Clone)]
pub struct ObjectPlace {
    file: Arc<InputFile>,
    /// Of the document, in the text of the file.
    bytes: Range<usize>,
    /// The line on which the document begins.
    first_line: usize,
    /// The way to the object through the lists of the document.
    items: Vec<usize>,
}

impl ObjectPlace {
    /// The whole of a document.
    pub(crate) fn document(file: &Arc<InputFile>, bytes: Range<usize>, first_line: usize) -> Self {
        Self { file: Arc::clone(file), bytes, first_line, items: Vec::new() }
    }

    /// An item of the list that is written here.
    pub(crate) fn item(&self, index: usize) -> Self {
        let mut item = self.clone();
        item.items.push(index);
        item
    }

    /// The file, by the name that a person gave.
    pub fn file(&self) -> &str {
        self.file.name()
    }

    /// The line on which the document begins.
    pub(crate) fn first_line(&self) -> usize {
        self.first_line
    }

    /// The line on which a field of the object stands, or else the deepest part of its path that is written. Without a
    /// path, the line on which the object begins. The file is read again, so this is for what is told to a person.
    pub fn line(&self, field: &str) -> usize {
        self.find(field).line
    }

    /// Where a field of the object is written.
    pub(crate) fn find(&self, field: &str) -> FoundField {
        let find = |text: &str| {
            let (before, document) = (text.get(..self.bytes.start)?, text.get(self.bytes.clone())?);
            let found = field_line::find(document, &self.items, field)?;
            Some(FoundField { line: before.matches('\n').count() + found.line, ..found })
        };
        // A file that changed since, or that another parser refuses, still has the line of its document.
        let document = FoundField { line: self.first_line, depth: 0 };
        self.file.with_text(find).flatten().unwrap_or(document)
    }
}

/// The file and the line on which the document begins: `gateway.yaml:12`.
impl fmt::Display for ObjectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = if self.items.is_empty() { self.first_line } else { self.line("") };
        write!(f, "{}:{line}", self.file.name())
    }
}
