//! All formats of a run's report. A new one is a file, and a line here.

use crate::format::ReportFormat;
use crate::json::Json;
use crate::junit::Junit;
use crate::page::Html;

/// Every format, in the order in which reports are written.
pub const FORMATS: &[&dyn ReportFormat] = &[&Html, &Json, &Junit];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const README: &str = include_str!("../../../README.md");

    #[test]
    fn each_format_has_a_file_of_its_own() {
        let files: BTreeSet<_> = FORMATS.iter().map(|format| format.file_name()).collect();
        assert_eq!(files.len(), FORMATS.len(), "{files:?}");
        for file in files {
            assert!(!file.is_empty() && !file.contains(['/', '\\']), "{file} is beside the others");
            assert!(README.contains(&format!("`{file}`")), "README says what {file} is for");
        }
    }

    #[test]
    fn each_choice_has_a_name_of_its_own() {
        let options: Vec<_> = FORMATS.iter().filter_map(|format| format.option()).collect();
        let names: BTreeSet<_> = options.iter().map(|option| option.name).collect();
        assert_eq!(names.len(), options.len(), "{options:?}");
        for option in options {
            assert!(
                option.name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'),
                "{option:?}"
            );
            assert!(option.name != "terminal", "that is what a person reads");
            assert!(!option.help.is_empty() && !option.help.ends_with('.'), "{option:?}");
        }
    }
}
