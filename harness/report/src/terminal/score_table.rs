//! The score of the generated faults: of each check, of each resource, and each fault that was missed.

use crate::score::{Score, Tally};
use crate::terminal::style::{BOLD, DIM, GREEN, PLAIN, RED};
use std::fmt::Write;

/// The whole score. Names are not cut; lines below the tables are wrapped.
pub fn score_table(score: &Score, width: usize) -> String {
    let mut text = format!("{BOLD}{:<72}{:>7}{BOLD:#}\n", "check", "caught");
    for (check, caught) in &score.checks {
        let style = if *caught == 0 { DIM } else { PLAIN };
        let _ = writeln!(text, "{style}{check:<72}{caught:>7}{style:#}");
    }
    let _ = writeln!(
        text,
        "\n{BOLD}{:<37}{:>6}{:>7}{:>11}{:>11}{:>7}{BOLD:#}",
        "resource", "made", "caught", "unreadable", "equivalent", "missed"
    );
    for (resource, tally) in &score.resources {
        text.push_str(&row(resource, *tally));
    }
    text.push_str(&row("all", score.total()));
    let by_error = score.total().caught_by_error;
    if by_error > 0 {
        let _ = writeln!(text, "{DIM}caught by an error, since a document cannot be read: {by_error}{DIM:#}");
    }
    for (title, lines) in [("missed", &score.missed), ("patterns of rules that nothing needs", &score.dead)] {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{RED}{title}{RED:#}");
        }
        for line in lines {
            let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("    ");
            let _ = writeln!(text, "{}", textwrap::fill(line, options));
        }
    }
    if score.is_clean() {
        let _ = writeln!(text, "\n{GREEN}each is caught, or has its reason{GREEN:#}");
    }
    text
}

fn row(name: &str, tally: Tally) -> String {
    let Tally { generated, caught, unreadable, equivalent, missed, .. } = tally;
    let style = if missed > 0 { RED } else { PLAIN };
    format!(
        "{name:<37}{generated:>6}{caught:>7}{unreadable:>11}{equivalent:>11}{style}{missed:>7}{style:#}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn score_is_printed_within_80_columns() {
        let check = "serverless::serving::activator_and_autoscaler_are_injected".to_owned();
        let tally = Tally {
            generated: 5637,
            caught: 291,
            unreadable: 2,
            equivalent: 5343,
            missed: 1,
            caught_by_error: 3,
        };
        let missed = "peerauthentications.security.istio.io istio-system/default  spec.mtls.mode  flip  \
                      \"PERMISSIVE\"";
        let score = Score {
            checks: BTreeMap::from([(check, 140), ("mesh::mtls::no_weaker_override".to_owned(), 0)]),
            resources: BTreeMap::from([("knativeservings.operator.knative.dev".to_owned(), tally)]),
            missed: vec![missed.to_owned()],
            dead: vec!["rule 7 (pods): status.podIP".to_owned()],
            ..Score::default()
        };
        let text = anstream::adapter::strip_str(&score_table(&score, 80)).to_string();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text);
    }
}
