//! The conventions of this repository, as tests. Each failure ends in what mends it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod difference;

use difference::assert_same;
use fault::Fault;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use vocabulary::{ExitCode, Tier};
use world::Check;

const SUITES: &[&str] = &["prerequisites", "mesh", "gateways", "serverless", "kafka", "mtls", "https"];
const TALK: &[&str] = &["please", "simply", "just ", "should be fine", "!"];
const LEVEL_WORDS: &[&str] = &["must", "should", "may", "shall", "required", "recommended"];
const BANNED_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn checks() -> Vec<&'static Check> {
    suites::suites().checks
}

/// Every file below a folder with one of these endings, relative to the top.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![top().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && path.file_name().unwrap() != "target" {
                folders.push(path);
            } else if endings.iter().any(|ending| path.extension().is_some_and(|found| found == *ending)) {
                found.push(path.strip_prefix(top()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn rust_files() -> Vec<PathBuf> {
    ["harness", "suites", "fixtures", "ci"].iter().flat_map(|folder| files(folder, &["rs"])).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(top().join(path)).unwrap()
}

/// The faults of a check, by the file's name.
fn faults(check: &Check) -> BTreeMap<String, Fault> {
    let folder = Path::new("fixtures/checks").join(check.path());
    files(folder.to_str().unwrap(), &["yaml"])
        .into_iter()
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("fault-"))
        .map(|path| (path.display().to_string(), Fault::parse(&read(&path)).unwrap()))
        .collect()
}

fn none<T: std::fmt::Debug>(offenders: impl IntoIterator<Item = T>, mend: &str) {
    let offenders: Vec<_> = offenders.into_iter().collect();
    assert!(offenders.is_empty(), "{offenders:#?}\nto mend it: {mend}");
}

#[test]
fn every_check_file_is_registered_under_its_path() {
    let registered: BTreeSet<_> =
        checks().iter().map(|check| PathBuf::from(format!("suites/src/{}.rs", check.path()))).collect();
    let on_disk: BTreeSet<_> = SUITES
        .iter()
        .flat_map(|suite| files(&format!("suites/src/{suite}"), &["rs"]))
        .filter(|path| path.components().count() == 5)
        .collect();
    assert_same(
        registered.iter().map(|path| path.display().to_string()),
        on_disk.iter().map(|path| path.display().to_string()),
        "list the check in its area's CHECKS, the area in its suite's AREAS, and let the id be the path",
    );
}

#[test]
fn ids_are_never_used_twice() {
    let mut seen = BTreeSet::new();
    let all = checks();
    let ids = all.iter().flat_map(|check| std::iter::once(&check.id).chain(check.formerly));
    none(
        ids.filter(|id| !seen.insert(**id)).collect::<Vec<_>>(),
        "choose another id; a former id is never given to another check",
    );
}

#[test]
fn every_suite_is_named_in_these_rules() {
    let suites: BTreeSet<_> = checks().iter().map(|check| check.suite()).collect();
    assert_same(SUITES.iter().copied(), suites, "name the suite in SUITES");
}

#[test]
fn every_finding_is_tripped_by_a_fault() {
    let mut offenders = Vec::new();
    for check in checks() {
        let declared: BTreeSet<_> = check.findings.iter().map(|finding| finding.code.to_owned()).collect();
        let tripped: BTreeSet<_> = faults(check).into_values().map(|fault| fault.finding).collect();
        offenders.extend(declared.symmetric_difference(&tripped).map(|code| format!("{}: {code}", check.id)));
    }
    none(offenders, "write fixtures/checks/<path>/fault-*.yaml for the finding, or declare it in `findings`");
}

#[test]
fn every_fixture_belongs_to_a_check() {
    let folders: BTreeSet<_> =
        checks().iter().map(|check| Path::new("fixtures/checks").join(check.path())).collect();
    let strays = files("fixtures/checks", &["yaml"])
        .into_iter()
        .filter(|path| !folders.contains(path.parent().unwrap()));
    none(strays.collect::<Vec<_>>(), "move the fixture to the folder of its check, or delete it");
}

#[test]
fn checks_with_traffic_name_the_places_that_they_need() {
    let known = fixtures::places();
    let wrong = |check: &&'static Check| {
        (check.tier > Tier::Read) == check.places.is_empty()
            || check.places.iter().any(|place| !known.contains(place))
    };
    let offenders = checks().into_iter().filter(wrong).map(|check| (check.id, check.places));
    none(
        offenders.collect::<Vec<_>>(),
        "name folders of fixtures/base in `places`, in checks with traffic only",
    );
}

#[test]
fn titles_read_as_statements() {
    let wrong = |title: &str| {
        title.len() > 60
            || title.ends_with('.')
            || title.starts_with("test")
            || TALK.iter().any(|talk| title.contains(talk))
    };
    let offenders =
        checks().into_iter().filter(|check| wrong(check.title)).map(|check| (check.id, check.title));
    none(offenders.collect::<Vec<_>>(), "state the behaviour in at most 60 characters, without a full stop");
}

#[test]
fn only_the_level_says_the_level() {
    let says = |text: &str| {
        text.split(|c: char| !c.is_alphabetic())
            .any(|word| LEVEL_WORDS.contains(&word.to_lowercase().as_str()))
    };
    let offenders = checks().into_iter().filter(|check| says(check.requirement.statement));
    none(
        offenders.map(|check| check.requirement.statement).collect::<Vec<_>>(),
        "leave level words out of `statement`",
    );
}

#[test]
fn sources_can_be_looked_up() {
    let is_exact = |source: &str| {
        source.split(' ').any(|word| word.starts_with("https://") && word.contains('#'))
            || source.contains(", 1.4.")
    };
    let offenders = checks().into_iter().filter(|check| !is_exact(check.requirement.source));
    none(
        offenders.map(|check| (check.id, check.requirement.source)).collect::<Vec<_>>(),
        "give the document with its section, or an https URL with an anchor",
    );
}

#[test]
fn remediations_name_a_field_and_do_not_chat() {
    let wrong = |text: &str| !text.contains('`') || TALK.iter().any(|talk| text.contains(talk));
    let offenders = checks().into_iter().filter(|check| wrong(check.remediation));
    none(
        offenders.map(|check| (check.id, check.remediation)).collect::<Vec<_>>(),
        "name object and field in backticks, in the imperative",
    );
}

#[test]
fn finding_codes_are_kebab_case_and_explained() {
    let wrong = |code: &str| {
        code.is_empty() || !code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let mut offenders = Vec::new();
    for check in checks() {
        for finding in
            check.findings.iter().filter(|finding| wrong(finding.code) || finding.meaning.len() < 20)
        {
            offenders.push((check.id, finding.code));
        }
    }
    none(offenders, "name what was seen in kebab case, and explain it in a sentence");
}

#[test]
fn every_file_says_what_it_is_for() {
    let rust = rust_files().into_iter().filter(|path| !read(path).trim_start().starts_with("//!"));
    none(rust.collect::<Vec<_>>(), "begin the file with `//!`: what it proves or is for");
    let yaml = files("fixtures/checks", &["yaml"]).into_iter().filter(|path| !read(path).starts_with("# "));
    none(yaml.collect::<Vec<_>>(), "begin the fixture with a comment: what it is for");
}

#[test]
fn nothing_is_left_to_be_filled_in() {
    let checks = files("suites/src", &["rs"]).into_iter().chain(files("fixtures/checks", &["yaml"]));
    let left = checks.filter(|path| read(path).contains("FILL IN"));
    none(left.collect::<Vec<_>>(), "fill in what `cargo new-check` could not know");
}

#[test]
fn files_stay_small() {
    let limit = |path: &Path| if path.starts_with("suites/src") { 300 } else { 500 };
    let lines = |path: &Path| read(path).lines().count();
    let offenders = rust_files()
        .into_iter()
        .map(|path| (lines(&path), path))
        .filter(|(lines, path)| *lines > limit(path));
    none(offenders.collect::<Vec<_>>(), "find the second concern in the file, name it, and give it a file");
}

#[test]
fn no_file_is_a_drawer() {
    let is_drawer = |path: &PathBuf| {
        path.iter().any(|part| BANNED_NAMES.contains(&part.to_str().unwrap().trim_end_matches(".rs")))
    };
    none(rust_files().into_iter().filter(is_drawer).collect::<Vec<_>>(), "name the file after what is in it");
}

/// Names that are older than the rule below: each is to be renamed, and none is to be added.
const TO_BE_RENAMED: &[&str] = &[
    "EquivalenceRule",
    "GeneratedFaultResult",
    "ObjectSnapshot",
    "RecordingTrialResult",
    "Rule",
    "TrialResult",
];

/// The words that the glossary says a thing is *not* called.
fn words_of_others() -> BTreeSet<String> {
    let glossary = read(Path::new("docs/glossary.md"));
    let rows = glossary.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| word "));
    let cells = rows.filter_map(|line| line.split('|').nth(3));
    let words = cells.flat_map(|cell| cell.split(" (").next().unwrap().split(','));
    words.map(|word| word.trim().replace(' ', "")).filter(|word| !word.is_empty()).collect()
}

/// The types (`true`) and functions that a file shows to others.
fn shown_names(text: &str) -> Vec<(bool, &str)> {
    let name = |line| {
        let shown = str::trim_start(line).strip_prefix("pub")?;
        let mut words = shown.strip_prefix("(crate)").unwrap_or(shown).strip_prefix(' ')?.split(' ');
        let item = words.find(|word| !["const", "async", "unsafe"].contains(word))?;
        let is_type = ["struct", "enum", "trait", "type", "union"].contains(&item);
        let name = words.next()?.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        (is_type || item == "fn").then_some((is_type, name))
    };
    text.lines().filter_map(name).collect()
}

/// Whether a name is a word, or, of a type, ends in it: `TestCase`, `SlowTestCase`.
fn is_called(word: &str, is_type: bool, name: &str) -> bool {
    let start = name.len().saturating_sub(word.len());
    let Some((before, last)) = name.split_at_checked(start) else { return false };
    let begins_anew = last.starts_with(char::is_uppercase) || before.is_empty();
    last.eq_ignore_ascii_case(word) && begins_anew && (is_type || before.is_empty())
}

#[test]
fn names_are_words_of_the_glossary() {
    let words = words_of_others();
    assert!(words.contains("snapshot") && words.contains("testcase"), "{words:?}");
    // A view, and what the lab makes of Knative's objects, is named after the fields of its kind.
    let is_of_kubernetes =
        |path: &PathBuf| path.starts_with("ci/lab") || path.iter().any(|part| part == "view");
    let mut offenders = Vec::new();
    for path in rust_files().iter().filter(|path| !is_of_kubernetes(path)) {
        for (is_type, name) in shown_names(&read(path)) {
            let word = words.iter().find(|word| is_called(word, is_type, name));
            let word = word.filter(|_| !TO_BE_RENAMED.contains(&name));
            offenders.extend(word.map(|word| format!("{}: {name} ({word})", path.display())));
        }
    }
    none(offenders, "docs/glossary.md has the word that is meant here, in the first column");
}

#[test]
fn words_of_others_are_found_in_names() {
    let text = "pub(crate) struct SlowTestCase;\n    pub async fn log(&self) {}\npub const A: u8 = 1;\nfn log() {}\n";
    assert_eq!(shown_names(text), [(true, "SlowTestCase"), (false, "log")]);
    assert!(is_called("testcase", true, "SlowTestCase") && is_called("log", false, "log"));
    for (word, is_type, name) in
        [("log", true, "Catalog"), ("log", false, "keep_log"), ("result", true, "Re")]
    {
        assert!(!is_called(word, is_type, name), "{name}");
    }
}

#[test]
fn every_view_is_known_by_its_kind() {
    let sources = || files("suites", &["rs"]).into_iter().filter(|path| !path.starts_with("suites/tests"));
    let named = |before: &str, after: char| {
        let texts: Vec<_> = sources().map(|path| read(&path)).collect();
        let pieces = texts.iter().flat_map(|text| text.split(before).skip(1));
        pieces.filter_map(|piece| Some(piece.split_once(after)?.0.to_owned())).collect::<Vec<_>>()
    };
    assert_same(
        named("KnownView::of::<", '>'),
        named("\nimpl View for ", ' '),
        "list the view in ALL of suites/view/src/known_views.rs, so that its objects can be recorded",
    );
}

#[test]
fn fixtures_pin_their_images() {
    let floats =
        |text: &str| text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains(":latest"));
    let offenders = files("fixtures", &["yaml"]).into_iter().filter(|path| floats(&read(path)));
    none(offenders.collect::<Vec<_>>(), "pin the image to a version");
}

#[test]
fn exit_codes_are_told_in_order() {
    let codes: Vec<_> = ExitCode::ALL.iter().map(|(code, _)| *code as u8).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    assert_eq!(codes, sorted, "to mend it: list ExitCode::ALL in the order of the codes");
    let source = read(Path::new("harness/vocabulary/src/exit_code.rs"));
    let variants = source
        .lines()
        .filter(|line| line.trim_start().contains(" = ") && line.trim_end().ends_with(','))
        .count();
    assert_eq!(codes.len(), variants, "to mend it: list every variant in ExitCode::ALL");
}
