//! Which crates depend on what stands above them, in whatever way a manifest says it.

use crate::sketch::Sketch;
use rstest::rstest;
use structure::{Overview, upward_arrows};

/// A workspace of `low` and `high`, in this order.
fn workspace(low: &str, high: &str) -> Sketch {
    Sketch::of(&format!(
        "Cargo.toml: [workspace]\\nmembers = [\"low\", \"up/high\"]\\n[workspace.dependencies]\\nsome-low = {{ path = \"low\" }}\\nsome-high = {{ path = \"up/high\" }}\\nother = {{ path = \"./up/high\", package = \"some-high\" }}\\nserde = \"1\"
         low/Cargo.toml: [package]\\nname = \"some-low\"\\n[lib]\\nname = \"low\"\\n{low}
         low/src/lib.rs: mod a;
         low/src/a.rs: //
         up/high/Cargo.toml: [package]\\nname = \"some-high\"\\n{high}
         up/high/src/main.rs: //"
    ))
}

#[rstest]
#[case::of_the_workspace("[dependencies]\\nsome-high.workspace = true")]
#[case::with_features("[dependencies]\\nsome-high = { workspace = true, features = [\"a\"] }")]
#[case::of_another_name("[dependencies]\\nother.workspace = true")]
#[case::by_its_path("[dependencies]\\nsome-high = { path = \"../up/high\" }")]
#[case::on_a_platform("[target.'cfg(unix)'.dependencies]\\nsome-high.workspace = true")]
#[case::of_the_build("[build-dependencies]\\nsome-high.workspace = true")]
fn dependency_on_what_stands_above_is_named(#[case] low: &str) {
    let upward = upward_arrows(&workspace(low, "").workspace().unwrap());
    let lines: Vec<_> = upward.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["low → some-high: low/Cargo.toml depends on what stands above it"]);
}

#[rstest]
#[case::that_stands_below("", "[dependencies]\\nsome-low.workspace = true")]
#[case::of_tests(
    "[dev-dependencies]\\nsome-high.workspace = true",
    "[dependencies]\\nsome-low.workspace = true"
)]
#[case::from_outside("[dependencies]\\nserde.workspace = true\\nsyn = \"3\"", "")]
fn dependency_that_may_be_is_not_named(#[case] low: &str, #[case] high: &str) {
    assert_eq!(upward_arrows(&workspace(low, high).workspace().unwrap()), []);
}

#[test]
fn overview_tells_floors_and_what_is_wrong() {
    let tests = "[dev-dependencies]\\nsome-high.workspace = true";
    let sketch = workspace(tests, "[dependencies]\\nsome-low.workspace = true");
    let overview = Overview::of(&sketch.workspace().unwrap()).unwrap();
    assert!(overview.is_sound());
    assert_eq!(
        overview.to_string(),
        "floors, from the ground up:\n   1  low (low); its tests also import some-high\n   2  some-high (up/high) imports low\n\
         arrows that point upwards: none\ncircles of files: none\n"
    );
    let upward =
        Overview::of(&workspace("[dependencies]\\nsome-high.workspace = true", "").workspace().unwrap());
    assert!(!upward.unwrap().is_sound());
}

#[test]
fn member_is_read_with_its_roots() {
    let sketch = Sketch::of(
        "Cargo.toml: [workspace]\\nmembers = [\"one\"]
         one/Cargo.toml: [package]\\nname = \"some-one\"\\ndescription = \"It is one\"\\n[[bin]]\\nname = \"x\"\\npath = \"src/x.rs\"
         one/src/lib.rs: //
         one/src/x.rs: //
         one/src/bin/y.rs: //
         one/src/bin/z/main.rs: //",
    );
    let member = sketch.workspace().unwrap().members.remove(0);
    assert_eq!((member.name.as_str(), member.description.as_str()), ("some_one", "It is one"));
    let roots: Vec<_> = member.roots.iter().map(|root| root.to_str().unwrap()).collect();
    assert_eq!(roots, ["one/src/bin/y.rs", "one/src/bin/z/main.rs", "one/src/lib.rs", "one/src/x.rs"]);
}

#[test]
fn members_without_an_order_are_an_error() {
    let error = Sketch::of("Cargo.toml: [workspace]\\nmembers = [\"crates/*\"]").workspace().err().unwrap();
    assert_eq!(
        error.to_string(),
        "`crates/*` in `members` stands for several crates, and gives them no order"
    );
}
