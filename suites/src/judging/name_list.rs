//! Lists of names in findings.

use std::collections::BTreeSet;

/// The first three, and how many more there are.
pub fn first_three(names: &BTreeSet<String>) -> String {
    let first = names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(3) {
        0 => first,
        count => format!("{first} and {count} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::one(&["a"], "a")]
    #[case::three(&["a", "b", "c"], "a, b, c")]
    #[case::five(&["a", "b", "c", "d", "e"], "a, b, c and 2 more")]
    fn what_is_left_out_is_counted(#[case] names: &[&str], #[case] expected: &str) {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(first_three(&names), expected);
    }
}
