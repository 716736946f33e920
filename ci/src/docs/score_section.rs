//! The section of the faults' page that tells the score of the generated faults.

use crate::score_file;
use anyhow::Result;
use fault::generate::rules;
use report::score::Tally;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use world::Check;

/// How many written faults a check has that were caught on a recording, and on the lab.
pub(super) type Counts<'a> = BTreeMap<&'a str, (usize, usize)>;

/// See the module text.
pub(super) fn text(top: &Path, checks: &[&'static Check], written: &Counts<'_>) -> Result<String> {
    let score = score_file::read(top)?;
    let untripped = fixtures::untripped()?;
    let mut text = String::from(
        "\n## Generated faults\n\n\
         A written fault proves that a check can say its finding. Generated ones ask what could be changed without any check noticing: on the reference recording each field of each \
         object is removed, flipped (a bool inverted, a number one more and one less, a text another one), and given the value that the next other object of its kind has; and each \
         object is removed. A field may be in a document that a text holds, such as `data.mesh`. Each is judged by every check that reads the object, but those with traffic: what is done to traffic shows on a cluster only. One that changes no \
         verdict is *missed*, unless a rule of [`fixtures/equivalent.yaml`](../fixtures/equivalent.yaml) says why no requirement is violated: then it is *equivalent*. An object that has not the shape of its kind \
         is *unreadable*: no API server returns such a one. A document in a text that cannot be read any more is caught *by an error*, where a check says that it could not read the field: such a one is told in brackets, and counts for no check. A check that catches none says why in [`fixtures/untripped.yaml`](../fixtures/untripped.yaml).\n\n\
         These numbers are those of `docs/generated-faults.json`, which `cargo ci faults --generated` makes anew; `cargo test` holds them against what is judged then.\n\n\
         | check | written: recording | written: lab | generated |\n|---|---|---|---|\n",
    );
    for check in checks {
        let (recording, lab) = written.get(check.id).copied().unwrap_or_default();
        let number = |count: Option<usize>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let caught = score.checks.get(check.id).copied();
        let reason = match (caught, untripped.get(check.id)) {
            (Some(0), Some(reason)) => format!(": {reason}"),
            _ => String::new(),
        };
        let _ = writeln!(text, "| `{}` | {recording} | {lab} | {}{reason} |", check.id, number(caught));
    }
    text.push_str(
        "\n| resource | generated | caught | unreadable | equivalent | missed |\n|---|---|---|---|---|---|\n",
    );
    let total = ("**all**".to_owned(), score.total());
    let resources = score.resources.iter().map(|(name, tally)| (format!("`{name}`"), *tally));
    for (name, tally) in resources.chain([total]) {
        let Tally { generated, caught, caught_by_error, unreadable, equivalent, missed } = tally;
        let by_error = if caught_by_error > 0 { format!(" ({caught_by_error})") } else { String::new() };
        let _ = writeln!(
            text,
            "| {name} | {generated} | {caught}{by_error} | {unreadable} | {equivalent} | {missed} |"
        );
    }
    text.push_str("\n| equivalent | resource | objects | fields | reason |\n|---|---|---|---|---|\n");
    for (rule, count) in rules::all()?.iter().zip(&score.rules) {
        let operators: Vec<_> = rule.operators.iter().map(ToString::to_string).collect();
        let by = if operators.is_empty() { String::new() } else { format!(" ({})", operators.join(", ")) };
        let (objects, fields) = (quoted(&rule.objects), quoted(&rule.fields));
        let _ =
            writeln!(text, "| {count} | `{}` | {objects} | {fields}{by} | {} |", rule.resource, rule.reason);
    }
    Ok(text)
}

fn quoted(patterns: &[String]) -> String {
    format!("`{}`", patterns.join("`, `"))
}
