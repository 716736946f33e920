//! New checks in a folder that is like this repository.

use super::*;
use tempfile::TempDir;

const SUITE: &str = "//! The mesh.\n\npub mod mtls;\n\nuse world::Check;\n\n\
                     /// The checks of each area.\npub const AREAS: &[&[&Check]] = &[mtls::CHECKS];\n";
const MTLS: &str = "//! Mutual TLS.\n\npub mod is_strict;\n\nuse world::Check;\n\n\
                    /// The checks of this area.\npub const CHECKS: &[&Check] = &[&is_strict::CHECK];\n";

fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("suites/src/mesh.rs", SUITE),
        ("suites/src/mesh/mtls.rs", MTLS),
        ("suites/src/mesh/mtls/is_strict.rs", "//! Is strict.\n"),
        ("suites/src/view.rs", "//! No suite.\n"),
        ("suites/view/src/gateway.rs", "//! Gateway.\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn write(top: &TempDir, id: &str) -> Result<String, NewCheckError> {
    crate::write(top.path(), id)
}

fn text(top: &TempDir, path: &str) -> String {
    fs::read_to_string(top.path().join(path)).unwrap()
}

#[test]
fn check_is_written_and_listed_in_its_area() {
    let top = repository();
    let told = write(&top, "mesh::mtls::has_no_exception").unwrap();
    let code = text(&top, "suites/src/mesh/mtls/has_no_exception.rs");
    assert!(code.contains("id: \"mesh::mtls::has_no_exception\"") && !code.contains('@'), "{code}");
    assert!(code.contains("include_str!(\"has_no_exception.rs\")"), "{code}");
    let fault = "fixtures/checks/mesh/mtls/has_no_exception/fault-what-a-person-did.yaml";
    assert!(text(&top, fault).starts_with("# FILL IN"));
    let area = text(&top, "suites/src/mesh/mtls.rs");
    assert!(area.contains("pub mod has_no_exception;\npub mod is_strict;\n"), "{area}");
    assert!(area.contains("&[&is_strict::CHECK, &has_no_exception::CHECK];"), "{area}");
    assert_eq!(text(&top, "suites/src/mesh.rs"), SUITE);
    for expected in [fault, "registered in suites/src/mesh/mtls.rs", "cargo ci bless"] {
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn new_area_is_written_and_listed_in_its_suite() {
    let top = repository();
    write(&top, "mesh::egress::is_registered").unwrap();
    let area = text(&top, "suites/src/mesh/egress.rs");
    assert!(area.starts_with("//! FILL IN") && area.contains("\nuse world::Check;\n"), "{area}");
    assert!(area.ends_with("pub const CHECKS: &[&Check] = &[&is_registered::CHECK];\n"), "{area}");
    let suite = text(&top, "suites/src/mesh.rs");
    assert!(suite.contains("pub mod egress;\npub mod mtls;\n"), "{suite}");
    assert!(suite.ends_with("&[mtls::CHECKS, egress::CHECKS];\n"), "{suite}");
}

#[test]
fn unknown_suite_is_refused_with_those_that_there_are() {
    let top = repository();
    let error = write(&top, "view::gateway::is_there").unwrap_err();
    assert_eq!(error.to_string(), "there is no suite `view`; there are mesh");
}

#[test]
fn nothing_that_exists_is_overwritten() {
    let top = repository();
    let error = write(&top, "mesh::mtls::is_strict").unwrap_err();
    assert_eq!(error.to_string(), "suites/src/mesh/mtls/is_strict.rs exists already");
    assert_eq!(text(&top, "suites/src/mesh/mtls.rs"), MTLS);
    assert!(!top.path().join("fixtures").exists());
}

#[test]
fn fault_that_was_written_first_stays_alone() {
    let top = repository();
    let folder = top.path().join("fixtures/checks/mesh/mtls/has_no_exception");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("fault-excepted.yaml"), "# Mine.\n").unwrap();
    write(&top, "mesh::mtls::has_no_exception").unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(folder.join("fault-excepted.yaml")).unwrap(), "# Mine.\n");
}
