//! What has no place in a crate is named, with the way on which it gets there.

use crate::sketch::Sketch;
use rstest::rstest;
use structure::{DependencyBan, breaches};

#[rstest]
#[case::directly("[dependencies]\\ntokio = \"1\"", "", &["high → tokio: has no place there"])]
#[case::by_another_name("[dependencies]\\nwaits = { version = \"1\", package = \"tokio\" }", "", &["high → tokio: has no place there"])]
#[case::through_a_crate(
    "[dependencies]\\nlow = { path = \"../low\" }",
    "[dependencies]\\ntokio = \"1\"",
    &["high → low → tokio: has no place there"],
)]
#[case::through_nobody("", "[dependencies]\\ntokio = \"1\"", &[])]
#[case::in_tests("[dev-dependencies]\\ntokio = \"1\"", "", &[])]
fn what_has_no_place_is_named(#[case] high: &str, #[case] low: &str, #[case] expected: &[&str]) {
    let ban = DependencyBan { folder: "high", without: &["kube", "tokio"] };
    assert_eq!(broken(high, low, ban), expected);
}

#[test]
fn rule_about_no_crate_does_not_hold() {
    let ban = DependencyBan { folder: "gone", without: &["tokio"] };
    assert_eq!(broken("", "", ban), ["gone: the workspace has no such member"]);
}

fn broken(high: &str, low: &str, ban: DependencyBan<'_>) -> Vec<String> {
    let sketch = Sketch::of(&format!(
        "Cargo.toml: [workspace]\\nmembers = [\"low\", \"high\"]
         low/Cargo.toml: [package]\\nname = \"low\"\\n{low}
         high/Cargo.toml: [package]\\nname = \"high\"\\n{high}"
    ));
    breaches(&sketch.workspace().unwrap(), &[ban]).iter().map(ToString::to_string).collect()
}
