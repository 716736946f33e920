//! The text that tells what was not read: by reason, with the first few of each.

use crate::files::not_read::{NotRead, NotReadReason};
/// How many of one reason are named.
const NAMED: usize = 3;

/// What was not read, for a person: a line for each reason, with what to do about it.
pub fn not_read_notes(not_read: &[NotRead]) -> Vec<String> {
    let mut sorted: Vec<_> = not_read.iter().collect();
    sorted.sort();
    let note = |group: &[&NotRead]| {
        let first = group.first()?;
        let names: Vec<_> = group.iter().take(NAMED).map(ToString::to_string).collect();
        let more = match group.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let separator = if group.iter().any(|one| one.detail.is_some()) { "; " } else { ", " };
        let names = names.join(separator);
        let hint = first.hint().map_or_else(String::new, |hint| format!("; {hint}"));
        let reason: &NotReadReason = &first.reason;
        let verb = if group.len() == 1 { "is" } else { "are" };
        Some(format!(
            "{} of the files {verb} not read: {} {}: {names}{more}{hint}",
            group.len(),
            if group.len() == 1 { "it" } else { "they" },
            reason.describe(group.len())
        ))
    };
    sorted.chunk_by(|one, other| one.reason == other.reason).filter_map(note).collect()
}

/// The same in one line, without what a person does about it: for the error of a run in which nothing was read.
pub(crate) fn summarize_not_read(not_read: &[NotRead]) -> String {
    let mut sorted: Vec<_> = not_read.iter().collect();
    sorted.sort();
    let group = |group: &[&NotRead]| {
        let first = group.first()?;
        Some(format!("{} {}: {first}", group.len(), first.reason.describe(group.len())))
    };
    let groups = sorted.chunk_by(|one, other| one.reason == other.reason).filter_map(group);
    groups.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<NotRead> {
        let chart = || NotReadReason::HelmChart("charts/shop".to_owned());
        let mut not_read: Vec<_> = (1..=8)
            .map(|index| NotRead::file(format!("charts/shop/templates/{index}.yaml"), chart()))
            .collect();
        not_read.push(NotRead::file("values.yaml", NotReadReason::NoObject));
        not_read
            .push(NotRead::at("b.yaml", 12, NotReadReason::Syntax).detail("mapping values are not allowed"));
        not_read.push(NotRead::at("a.yaml", 3, NotReadReason::Syntax).detail("did not find expected key"));
        not_read
    }

    #[test]
    fn reasons_are_told_with_the_first_of_each() {
        let expected = "\
2 of the files are not read: they are neither YAML nor JSON: a.yaml:3 (did not find expected key); \
b.yaml:12 (mapping values are not allowed)
8 of the files are not read: they belong to the Helm chart charts/shop: charts/shop/templates/1.yaml, \
charts/shop/templates/2.yaml, charts/shop/templates/3.yaml and 5 more; render it: `helm template charts/shop | meshproof \
run --files -`
1 of the files is not read: it holds no object (values, settings): values.yaml";
        assert_eq!(not_read_notes(&example()).join("\n"), expected);
        assert_eq!(not_read_notes(&[]), Vec::<String>::new());
    }

    #[test]
    fn object_is_told_in_a_sentence() {
        let patched =
            NotRead::at("shop.yaml", 6, NotReadReason::Patched).detail("Deployment shop/cart, by .");
        let expected = "1 of the files is not read: it is an object that a patch changes, so it is not judged: shop.yaml:6 \
                        (Deployment shop/cart, by .); render the kustomization, and judge what it prints";
        assert_eq!(not_read_notes(&[patched]), [expected]);
    }

    #[test]
    fn reasons_are_told_in_one_line() {
        assert_eq!(
            summarize_not_read(&example()),
            "2 are neither YAML nor JSON: a.yaml:3 (did not find expected key); 8 belong to the Helm chart charts/shop: \
             charts/shop/templates/1.yaml; 1 holds no object (values, settings): values.yaml"
        );
    }
}
