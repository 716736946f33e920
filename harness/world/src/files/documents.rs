//! From the text of a file to its objects, and back from a field to its line.

pub(crate) mod aliases;
pub(crate) mod document;
pub(crate) mod field_line;
pub(crate) mod field_path;
pub(crate) mod file_object;
pub(crate) mod merge_keys;
pub(crate) mod object_problem;
pub(crate) mod place;
pub(crate) mod split;
pub(crate) mod unique_keys;
