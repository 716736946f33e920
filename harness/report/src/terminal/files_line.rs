//! The line that says which files a run left, and where.

use crate::terminal::style::DIM;
use std::path::Path;

/// `report.html and junit.xml are in out/…`; empty where there is none.
pub fn files_line(files: &[&str], folder: &Path) -> String {
    let (list, verb) = match files.split_last() {
        None => return String::new(),
        Some((only, [])) => ((*only).to_owned(), "is"),
        Some((last, others)) => (format!("{} and {last}", others.join(", ")), "are"),
    };
    format!("{DIM}{list} {verb} in {}{DIM:#}\n", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::none(&[], "")]
    #[case::one(&["a"], "a is in out/run\n")]
    #[case::all(&["a", "b", "c"], "a, b and c are in out/run\n")]
    fn files_are_listed(#[case] files: &[&str], #[case] expected: &str) {
        let line = files_line(files, Path::new("out/run"));
        assert_eq!(anstream::adapter::strip_str(&line).to_string(), expected);
    }
}
