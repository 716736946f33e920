//! What is for tests alone leads nowhere; what is compiled for others, too, does.

use crate::sketch::Sketch;
use rstest::rstest;

#[rstest]
#[case::an_import("#[cfg(test)] use crate::b::Item;")]
#[case::an_inline_module("#[cfg(test)] mod tests { use super::*; use crate::b::Item; }")]
#[case::a_function("#[cfg(test)] fn f() { crate::b::run() }")]
#[case::a_test("#[test] fn f() { crate::b::run() }")]
#[case::an_item_of_a_type("impl A { #[cfg(test)] fn f() { crate::b::run() } }")]
#[case::a_field("struct A { #[cfg(test)] b: crate::b::Item }")]
#[case::a_variable("fn f() { #[cfg(test)] let b = crate::b::run(); }")]
#[case::for_tests_of_a_platform("#[cfg(all(test, unix))] use crate::b::Item;")]
#[case::a_whole_file("#![cfg(test)]\\nuse crate::b::Item;")]
fn what_is_for_tests_leads_nowhere(#[case] code: &str) {
    assert_eq!(arrows(code), Vec::<String>::new());
}

#[rstest]
#[case::without_tests("#[cfg(not(test))] use crate::b::Item;")]
#[case::with_a_feature("#[cfg(any(test, feature = \"b\"))] use crate::b::Item;")]
#[case::on_a_platform("#[cfg(all(unix, debug_assertions))] use crate::b::Item;")]
#[case::a_function_beside_tests("#[cfg(test)] mod tests {} use crate::b::Item;")]
fn what_others_compile_leads_somewhere(#[case] code: &str) {
    assert_eq!(arrows(code), ["a.rs → b.rs (Item)"]);
}

#[rstest]
#[case::by_name("#[cfg(test)] mod tests;", "a/tests.rs")]
#[case::by_path("#[cfg(test)] #[path = \"a_tests.rs\"] mod tests;", "a_tests.rs")]
#[case::without_a_file("#[cfg(test)] mod tests;", "unrelated.rs")]
fn file_that_is_for_tests_is_not_read(#[case] declared: &str, #[case] path: &str) {
    let sketch = Sketch::of(&format!(
        "lib.rs: mod a; mod b;
         a.rs: {declared}
         b.rs: use crate::a::Item;
         {path}: use crate::b::Item; this is no Rust"
    ));
    assert_eq!(sketch.arrows(), ["b.rs → a.rs (Item)"]);
}

fn arrows(code: &str) -> Vec<String> {
    Sketch::of(&format!("lib.rs: mod a; mod b;\na.rs: {code}\nb.rs: //")).arrows()
}
