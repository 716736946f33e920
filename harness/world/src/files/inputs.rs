//! The files that are read, wherever they are: on disk, in archives, on standard input.

pub(crate) mod folder;
pub(crate) mod input_file;
pub(crate) mod input_set;
pub(crate) mod limits;
pub(crate) mod packing;
pub(crate) mod tarball;
pub(crate) mod text;
pub(crate) mod zip_file;
