//! Which file a path leads to, and what is no path to a file.

use crate::sketch::Sketch;
use rstest::rstest;

#[rstest]
#[case::from_the_root("a.rs: use crate::b::Item;", "a.rs → b.rs (Item)")]
#[case::to_a_sibling("a.rs: use super::b::Item;", "a.rs → b.rs (Item)")]
#[case::to_an_item_of_the_root("a.rs: use crate::Item;", "a.rs → lib.rs (Item)")]
#[case::to_an_item_of_the_parent("a.rs: use super::Item;", "a.rs → lib.rs (Item)")]
#[case::to_a_module("a.rs: use crate::b;", "a.rs → b.rs (b)")]
#[case::to_a_module_by_self("a.rs: use crate::b::{self, Item};", "a.rs → b.rs (Item)")]
#[case::to_several(
    "a.rs: use crate::b::{One, two, deep::Three};",
    "a.rs → b/deep.rs (Three); a.rs → b.rs (One, two)"
)]
#[case::to_an_item_of_another_name("a.rs: use crate::b::Item as Other;", "a.rs → b.rs (Item)")]
#[case::to_all("a.rs: use crate::b::*;", "a.rs → b.rs (*)")]
#[case::to_a_variant("a.rs: use crate::b::Kind::One;", "a.rs → b.rs (Kind)")]
#[case::to_the_deepest_module("a.rs: use crate::b::deep::Item;", "a.rs → b/deep.rs (Item)")]
#[case::from_the_deepest_module("b/deep.rs: use super::super::a::Item;", "b/deep.rs → a.rs (Item)")]
#[case::that_passes_an_item_on("a.rs: pub use crate::b::Item;", "a.rs → b.rs (Item)")]
fn import_is_an_arrow(#[case] file: &str, #[case] arrows: &str) {
    assert_eq!(among_two(file), arrows);
}

#[rstest]
#[case::of_an_expression("fn f() { crate::b::run(1) }", "a.rs → b.rs (run)")]
#[case::of_a_type("struct A { b: Option<super::b::Item> }", "a.rs → b.rs (Item)")]
#[case::of_a_bound("fn f<T: crate::b::Trait>(t: T) {}", "a.rs → b.rs (Trait)")]
#[case::of_a_trait_of_a_type("fn f() { <u8 as crate::b::Trait>::run() }", "a.rs → b.rs (Trait)")]
#[case::of_a_pattern("fn f(b: u8) { match b { crate::b::ONE => {} _ => {} } }", "a.rs → b.rs (ONE)")]
#[case::of_a_constant("const A: [u8; crate::b::SIZE] = [];", "a.rs → b.rs (SIZE)")]
#[case::of_a_macro("fn f() { crate::b::told!() }", "a.rs → b.rs (told)")]
#[case::in_a_macro("fn f() { println!(\"{}\", crate::b::ITEM) }", "a.rs → b.rs (ITEM)")]
#[case::deep_in_a_macro("fn f() { vec![Some(super::b::deep::ITEM)] }", "a.rs → b/deep.rs (ITEM)")]
#[case::in_a_rule("macro_rules! told { () => { $crate::b::ITEM } }", "a.rs → b.rs (ITEM)")]
#[case::in_an_attribute("#[derive(crate::b::Told)] struct A;", "a.rs → b.rs (Told)")]
#[case::in_a_text_of_an_attribute(
    "#[serde(with = \"crate::b::seconds\")] struct A;",
    "a.rs → b.rs (seconds)"
)]
#[case::in_a_function("fn f() { use crate::b::Item; }", "a.rs → b.rs (Item)")]
#[case::below_an_import("use crate::b; fn f() { b::deep::run() }", "a.rs → b/deep.rs (run); a.rs → b.rs (b)")]
#[case::below_an_import_by_self(
    "use crate::b::{self, Item}; fn f() { b::deep::run() }",
    "a.rs → b/deep.rs (run); a.rs → b.rs (Item)"
)]
#[case::below_a_renamed_import("use crate::b as other; fn f() { other::run() }", "a.rs → b.rs (run)")]
#[case::below_an_import_of_an_import(
    "use b::deep; use super::b; fn f() { deep::run() }",
    "a.rs → b/deep.rs (run); a.rs → b.rs (b)"
)]
#[case::below_an_import_of_all("use crate::*; fn f() { b::run() }", "a.rs → b.rs (run); a.rs → lib.rs (*)")]
#[case::below_a_raw_name("use crate::r#b::r#type;", "a.rs → b.rs (type)")]
fn path_is_an_arrow(#[case] code: &str, #[case] arrows: &str) {
    assert_eq!(among_two(&format!("a.rs: {code}")), arrows);
}

#[rstest]
#[case::of_another_crate("use std::fmt; fn f() { std::mem::drop(1); println!(\"{}\", std::f64::MAX) }")]
#[case::of_no_module("enum Kind { One } use Kind::One; fn f() { Kind::One }")]
#[case::to_who_may_see_it("pub(crate) struct A; pub(super) struct B; pub(in crate::b) struct C;")]
#[case::within_the_file("struct Item; use self::Item as Other; fn f() { crate::a::f() }")]
#[case::of_a_value("use crate::a as b; fn f(b: B) { b.run(); let b = Some(b); told!(b, b: b) }")]
#[case::in_a_comment("/// [`crate::b::Item`]\\nfn f() {} // crate::b::run()")]
#[case::in_a_text("fn f() { told!(\"crate::b::Item\") }")]
fn what_looks_like_a_path_is_none(#[case] code: &str) {
    assert_eq!(among_two(&format!("a.rs: {code}")), "");
}

#[rstest]
#[case::declares_it("mod child;", "")]
#[case::passes_an_item_on("mod child; pub use child::Item;", "a.rs → a/child.rs (Item)")]
#[case::passes_it_on_by_self("mod child; pub use self::child::Item;", "a.rs → a/child.rs (Item)")]
#[case::calls_it("mod child; fn f() { child::run() }", "a.rs → a/child.rs (run)")]
#[case::calls_it_in_a_macro("mod child; fn f() { told!(1, child::run()) }", "a.rs → a/child.rs (run)")]
#[case::imports_from_a_crate_of_its_name("mod child; use ::child::Item;", "")]
#[case::names_a_crate_of_its_name("mod child; fn f() { ::child::run() }", "")]
#[case::names_a_crate_of_its_name_in_a_macro("mod child; fn f() { told!(::child::ITEM) }", "")]
#[case::has_a_value_of_its_name("mod child; fn f(child: u8) { g(child, told!(child)) }", "")]
fn parent_leans_on_a_child_that_it_names(#[case] parent: &str, #[case] arrows: &str) {
    let sketch = Sketch::of(&format!("lib.rs: mod a;\na.rs: {parent}\na/child.rs: pub struct Item;"));
    assert_eq!(sketch.arrows().join("; "), arrows);
}

#[test]
fn item_that_the_parent_passes_on_is_the_parents() {
    let sketch = Sketch::of(
        "lib.rs: mod a; mod b; pub use b::Item;
         a.rs: use super::Item;
         b.rs: pub struct Item;",
    );
    assert_eq!(sketch.arrows(), ["a.rs → lib.rs (Item)", "lib.rs → b.rs (Item)"]);
}

#[rstest]
#[case::leads_out_of_its_file("mod inner { use super::super::b::Item; }", "a.rs → b.rs (Item)")]
#[case::stays_in_its_file("struct Item; mod inner { use super::Item; use super::*; }", "")]
#[case::has_the_names_of_its_parent(
    "use crate::b; mod inner { use super::*; fn f() { b::run() } }",
    "a.rs → b.rs (run)"
)]
#[case::is_below_its_own_name("mod b { pub fn run() {} } fn f() { b::run() }", "")]
fn inline_module_is_a_part_of_its_file(#[case] code: &str, #[case] arrows: &str) {
    assert_eq!(among_two(&format!("a.rs: {code}")), arrows);
}

#[test]
fn path_into_an_inline_module_leads_to_its_file() {
    let sketch =
        Sketch::of("lib.rs: mod a; mod b;\na.rs: use crate::b::inner::Item;\nb.rs: pub mod inner {}");
    assert_eq!(sketch.arrows(), ["a.rs → b.rs (Item)"]);
}

/// The arrows of a crate of `a`, `b` and `b::deep`, of which one file has something in it.
fn among_two(file: &str) -> String {
    let empty = ["a.rs: //", "b.rs: mod deep;", "b/deep.rs: //"];
    let path = file.split_once(": ").unwrap().0;
    let others = empty.iter().filter(|other| other.split_once(": ").unwrap().0 != path);
    let others: Vec<_> = others.copied().collect();
    Sketch::of(&format!("lib.rs: mod a; mod b;\n{file}\n{}", others.join("\n"))).arrows().join("; ")
}
