//! Paths as they are shown: short in a headline, quoted in a command.

use std::path::{Path, PathBuf};

/// How long a path may be in a headline, in letters.
const LONGEST: usize = 40;

/// How many paths a headline names.
const NAMED: usize = 2;

/// A path in a headline: of a long one, the end.
pub(crate) fn shorten(path: &Path) -> String {
    let text = vocabulary::one_line(&path.display().to_string());
    if text == "-" {
        return "stdin".to_owned();
    }
    let letters = text.chars().count();
    if letters <= LONGEST {
        return text;
    }
    let end: String = text.chars().skip(letters - LONGEST + 2).collect();
    // Whole names are left, where one fits.
    end.split_once('/').map_or(format!("…{end}"), |(_, whole)| format!("…/{whole}"))
}

/// Paths in a headline.
pub(crate) fn join(paths: &[PathBuf]) -> String {
    let mut names: Vec<_> = paths.iter().take(NAMED).map(|path| shorten(path)).collect();
    if paths.len() > NAMED {
        names.push(format!("{} more", paths.len() - NAMED));
    }
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.join(""),
    }
}

/// A path as a shell reads it.
pub(crate) fn quote(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+=:@%,".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::short(&["mesh"], "mesh")]
    #[case::stdin(&["-"], "stdin")]
    #[case::long(
        &["/home/somebody/work/customers/example/2026-11-27/must-gather/namespaces"],
        "…/2026-11-27/must-gather/namespaces"
    )]
    #[case::one_long_name(&["must-gather-of-the-production-cluster-at-noon.tar.gz"], "…-the-production-cluster-at-noon.tar.gz")]
    #[case::two(&["a", "b"], "a and b")]
    #[case::four(&["a", "b", "c", "d"], "a, b and 2 more")]
    fn paths_in_a_headline(#[case] paths: &[&str], #[case] expected: &str) {
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        assert_eq!(join(&paths), expected);
    }

    #[rstest]
    #[case("a/b-1.yaml", "a/b-1.yaml")]
    #[case("my files", "'my files'")]
    #[case("it's", r"'it'\''s'")]
    #[case("", "''")]
    fn path_in_a_command(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(quote(Path::new(path)), expected);
    }
}
