//! Counts that stand in prose: `<!--=checks-->40<!--/-->`, of which a reader sees the number.

use anyhow::{Context, Result};
use fault::case;
use std::collections::BTreeMap;
use std::fmt::Write;
use world::Check;

const BEGIN: &str = "<!--=";
const NAMED: &str = "-->";
const END: &str = "<!--/-->";

/// A text with its counts made anew.
pub(super) fn renewed(text: &str, counts: &BTreeMap<&str, usize>) -> Result<String> {
    let mut pieces = text.split(BEGIN);
    let mut renewed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(NAMED).context("a count has no name")?;
        let (_, after) = rest.split_once(END).with_context(|| format!("the count of {name} has no end"))?;
        let known = || counts.keys().copied().collect::<Vec<_>>().join(", ");
        let count =
            counts.get(name).with_context(|| format!("there is no count of {name}, but of {}", known()))?;
        let _ = write!(renewed, "{BEGIN}{name}{NAMED}{count}{END}{after}");
    }
    Ok(renewed)
}

/// What can be counted, by its name.
pub(super) fn all(checks: &[&'static Check], pending: usize) -> Result<BTreeMap<&'static str, usize>> {
    let faults = case::all(checks)?;
    Ok(BTreeMap::from([("checks", checks.len()), ("faults", faults.len()), ("pending faults", pending)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renew(text: &str) -> Result<String> {
        renewed(text, &BTreeMap::from([("checks", 41), ("faults", 7)]))
    }

    #[test]
    fn counts_are_made_anew_and_nothing_else() {
        let text =
            "all <!--=checks-->40<!--/--> checks and <!--=faults--><!--/--> faults, <!-- a comment -->\n";
        let expected =
            "all <!--=checks-->41<!--/--> checks and <!--=faults-->7<!--/--> faults, <!-- a comment -->\n";
        assert_eq!(renew(text).unwrap(), expected);
        assert_eq!(renew(expected).unwrap(), expected);
    }

    #[test]
    fn count_that_is_not_known_is_refused() {
        let error = renew("<!--=chekcs-->40<!--/-->").unwrap_err();
        assert_eq!(error.to_string(), "there is no count of chekcs, but of checks, faults");
        assert_eq!(renew("<!--=checks-->40").unwrap_err().to_string(), "the count of checks has no end");
    }
}
