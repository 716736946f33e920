//! Where the files of modules are, by the compiler's rules.

use crate::sketch::Sketch;
use rstest::rstest;
use structure::StructureError;

#[rstest]
#[case::beside_a_folder("mod a;", "a.rs: mod child;\na/child.rs: //", "a.rs a/child.rs")]
#[case::in_an_index("mod a;", "a/mod.rs: mod child;\na/child.rs: //", "a/mod.rs a/child.rs")]
#[case::in_an_index_below("mod a;", "a.rs: mod child;\na/child/mod.rs: //", "a.rs a/child/mod.rs")]
#[case::by_path("#[path = \"else/where.rs\"] mod a;", "else/where.rs: //", "else/where.rs")]
#[case::below_one_by_path(
    "#[path = \"else/where.rs\"] mod a;",
    "else/where.rs: mod child;\nelse/child.rs: //",
    "else/where.rs else/child.rs"
)]
#[case::by_path_beside_a_file("mod a;", "a.rs: #[path = \"b.rs\"] mod child;\nb.rs: //", "a.rs b.rs")]
#[case::by_path_above("mod a;", "a/mod.rs: #[path = \"../b.rs\"] mod child;\nb.rs: //", "a/mod.rs b.rs")]
#[case::in_an_inline_module("mod a { mod child; }", "a/child.rs: //", "lib.rs a/child.rs")]
#[case::in_an_inline_module_of_a_file(
    "mod a;",
    "a.rs: mod inner { mod child; }\na/inner/child.rs: //",
    "a.rs a.rs a/inner/child.rs"
)]
#[case::by_path_in_an_inline_module(
    "mod a;",
    "a.rs: mod inner { #[path = \"b.rs\"] mod child; }\na/inner/b.rs: //",
    "a.rs a.rs a/inner/b.rs"
)]
#[case::of_a_raw_name("mod r#type;", "type.rs: //", "type.rs")]
fn module_is_in_the_file_that_the_compiler_takes(
    #[case] root: &str,
    #[case] files: &str,
    #[case] expected: &str,
) {
    let tree = Sketch::of(&format!("lib.rs: {root}\n{files}")).tree().unwrap();
    let found: Vec<_> = tree.modules[1..].iter().map(|module| module.file.to_str().unwrap()).collect();
    assert_eq!(found.join(" "), expected);
}

#[test]
fn module_without_a_file_is_an_error_that_says_where_it_could_be() {
    let error = Sketch::of("lib.rs: mod a;\na.rs: mod child;").tree().err().unwrap();
    assert_eq!(
        error.to_string(),
        "`a.rs` declares `mod child`, and neither `a/child.rs` is there nor `a/child/mod.rs`"
    );
}

#[test]
fn file_that_is_no_rust_is_named() {
    let error = Sketch::of("lib.rs: mod a;\na.rs: this is no Rust").tree().err().unwrap();
    assert_eq!(error.to_string(), "could not parse `a.rs` as Rust");
    assert!(matches!(error, StructureError::ParseSource { .. }));
}
