//! Which files stand in a circle, and which way around is told.

use crate::sketch::Sketch;
use rstest::rstest;

#[rstest]
#[case::of_two(
    "lib.rs: mod a; mod b;
     a.rs: use crate::b::{Item, run};
     b.rs: use crate::a::Input;",
    &["a.rs → b.rs (Item, run) → a.rs (Input)"],
)]
#[case::of_parent_and_child(
    "lib.rs: mod a;
     a.rs: mod child; pub use child::Item; pub struct Input;
     a/child.rs: use super::Input;",
    &["a/child.rs → a.rs (Input) → a/child.rs (Item)"],
)]
#[case::of_a_child_and_what_its_parent_passes_on(
    "lib.rs: mod a; mod b; pub use a::Item; pub use b::Other;
     a.rs: use crate::Other;
     b.rs: //",
    &["a.rs → lib.rs (Other) → a.rs (Item)"],
)]
#[case::of_a_macro(
    "lib.rs: mod a; mod b;
     a.rs: fn f() { told!(super::b::ITEM) }
     b.rs: fn f() { crate::a::run() }",
    &["a.rs → b.rs (ITEM) → a.rs (run)"],
)]
#[case::of_three(
    "lib.rs: mod a; mod b; mod c;
     a.rs: use crate::b::B;
     b.rs: use crate::c::C;
     c.rs: use crate::a::A;",
    &["a.rs → b.rs (B) → c.rs (C) → a.rs (A)"],
)]
#[case::that_is_the_shortest_of_many(
    "lib.rs: mod a; mod b; mod c; mod d;
     a.rs: use crate::b::B;
     b.rs: use crate::c::C;
     c.rs: use crate::a::A; use crate::d::D;
     d.rs: use crate::c::C;",
    &["c.rs → d.rs (D) → c.rs (C); the shortest circle of 4 files"],
)]
#[case::apart_from_another(
    "lib.rs: mod a; mod b; mod c; mod d;
     a.rs: use crate::b::B; use crate::c::C;
     b.rs: use crate::a::A;
     c.rs: use crate::d::D;
     d.rs: use crate::c::C;",
    &["a.rs → b.rs (B) → a.rs (A)", "c.rs → d.rs (D) → c.rs (C)"],
)]
fn circle_is_told(#[case] files: &str, #[case] circles: &[&str]) {
    assert_eq!(Sketch::of(files).circles(), circles);
}

#[rstest]
#[case::a_child_names_the_module_in_which_the_item_is(
    "lib.rs: mod a;
     a.rs: mod child; mod input; pub use child::Item; pub use input::Input;
     a/child.rs: use super::input::Input;
     a/input.rs: pub struct Input;"
)]
#[case::a_child_leans_on_a_parent_that_only_declares_it(
    "lib.rs: mod a;
     a.rs: mod child; pub struct Input;
     a/child.rs: use super::Input;"
)]
#[case::the_way_back_is_for_tests(
    "lib.rs: mod a; mod b;
     a.rs: use crate::b::Item; pub struct Input;
     b.rs: #[cfg(test)] mod tests { use crate::a::Input; }"
)]
#[case::two_ways_lead_to_one(
    "lib.rs: mod a; mod b; mod c; mod d;
     a.rs: use crate::{b::B, c::C};
     b.rs: use crate::d::D;
     c.rs: use crate::d::D;
     d.rs: //"
)]
fn order_is_no_circle(#[case] files: &str) {
    assert_eq!(Sketch::of(files).circles(), Vec::<String>::new());
}
