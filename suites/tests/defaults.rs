//! A value that is not known is never none: product code names a reason wherever it drops an error.
//!
//! Each place that turns an error, or what is absent, into a default carries a comment that begins with `// none:` and says
//! why nothing is lost: in its line, or right above it. What a compiler knows is not asked: of `.flatten()` only what stands
//! beside a word for results is taken for one over results.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rstest::rstest;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What drops an error.
const DROPS: &[&str] =
    &[".unwrap_or_default()", ".unwrap_or_else(|_| ", ".ok()", "Result::ok", "let _ = ", "let _: "];
/// What gives results, one after the other. `.flatten()` drops their errors.
const RESULTS: &[&str] = &["Result<", "read_dir", ".lines()", "join_all", "JoinHandle"];
/// What a reason begins with.
const REASON: &str = "// none: ";

/// Places without a reason that are older than this rule, by file. Numbers shrink, and none is added.
const OLDER: &[(&str, usize)] = &[
    ("fixtures/src/checks.rs", 1),
    ("fixtures/src/merge.rs", 1),
    ("fixtures/src/stack/folder.rs", 1),
    ("fixtures/src/stack/overlay.rs", 1),
    ("fixtures/src/stack/step.rs", 2),
    ("harness/cli/src/arguments.rs", 2),
    ("harness/cli/src/commands/doctor.rs", 1),
    ("harness/cli/src/commands/images.rs", 1),
    ("harness/cli/src/libtest.rs", 2),
    ("harness/cli/src/source.rs", 1),
    ("harness/cluster/src/apply.rs", 2),
    ("harness/cluster/src/conditions.rs", 1),
    ("harness/cluster/src/fields.rs", 2),
    ("harness/cluster/src/kinds.rs", 3),
    ("harness/cluster/src/replace.rs", 1),
    ("harness/cluster/src/state.rs", 2),
    ("harness/cluster/src/wait.rs", 1),
    ("harness/fault/src/fault_step.rs", 2),
    ("harness/fault/src/generate/field_path.rs", 4),
    ("harness/fault/src/generate/flip.rs", 3),
    ("harness/fault/src/generate/generated_fault.rs", 1),
    ("harness/fault/src/generate/generator.rs", 1),
    ("harness/fault/src/generate/judge.rs", 1),
    ("harness/fault/src/object_target.rs", 1),
    ("harness/inputs/src/dotted.rs", 1),
    ("harness/probe/src/connect.rs", 2),
    ("harness/probe/src/exchange/bytes.rs", 2),
    ("harness/probe/src/kafka/broker_connection.rs", 7),
    ("harness/probe/src/kafka/record.rs", 1),
    ("harness/probe/src/kafka/scram.rs", 1),
    ("harness/probe/src/kafka/topic.rs", 1),
    ("harness/probe/src/main.rs", 2),
    ("harness/probe/src/roles/server.rs", 1),
    ("harness/probe/src/roles/settings.rs", 1),
    ("harness/probe/src/tap.rs", 1),
    ("harness/probe/src/tls/verifier.rs", 1),
    ("harness/record/src/content_store.rs", 1),
    ("harness/record/src/header.rs", 2),
    ("harness/record/src/insertion.rs", 3),
    ("harness/record/src/observation.rs", 1),
    ("harness/record/src/player.rs", 2),
    ("harness/record/src/recorder.rs", 1),
    ("harness/record/src/recording.rs", 3),
    ("harness/record/src/served.rs", 1),
    ("harness/report/src/fault_progress.rs", 2),
    ("harness/report/src/page/check_section.rs", 1),
    ("harness/report/src/page/deciding_object.rs", 2),
    ("harness/report/src/page/field_path.rs", 1),
    ("harness/report/src/page/layers.rs", 1),
    ("harness/report/src/page/marked_text.rs", 1),
    ("harness/report/src/page/trail.rs", 3),
    ("harness/run/src/diagnostics/client.rs", 3),
    ("harness/run/src/diagnostics/events.rs", 5),
    ("harness/run/src/diagnostics/index.rs", 2),
    ("harness/run/src/diagnostics/logs.rs", 2),
    ("harness/run/src/diagnostics/objects.rs", 4),
    ("harness/run/src/diagnostics/pod_name.rs", 1),
    ("harness/run/src/diagnostics/pods.rs", 6),
    ("harness/run/src/diagnostics/related_pods.rs", 3),
    ("harness/run/src/evidence.rs", 1),
    ("harness/run/src/registry.rs", 1),
    ("harness/run/src/replay/comparison.rs", 1),
    ("harness/stack/src/install/container.rs", 1),
    ("harness/stack/src/install/install_progress.rs", 3),
    ("harness/stack/src/install/objects.rs", 2),
    ("harness/stack/src/install/pod_troubles.rs", 4),
    ("harness/stack/src/install/shortfall.rs", 4),
    ("harness/stack/src/pki/authority.rs", 1),
    ("harness/stack/src/pki/flawed_certificate.rs", 2),
    ("harness/stack/src/program.rs", 1),
    ("harness/stack/src/provider/kind.rs", 2),
    ("harness/testbed/src/forward.rs", 1),
    ("harness/testbed/src/sweep.rs", 2),
    ("harness/undo/src/owner_references.rs", 2),
    ("harness/undo/src/replica_sets.rs", 1),
    ("harness/undo/src/served_resources.rs", 1),
    ("harness/undo/src/settle.rs", 2),
    ("harness/undo/src/undo_record.rs", 2),
    ("harness/vocabulary/src/digest.rs", 1),
    ("harness/world/src/ask.rs", 2),
    ("harness/world/src/list_watcher.rs", 1),
];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn rust_files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.insert(path);
        }
    }
}

/// The product code: without folders of tests, and without files that are modules in tests only.
fn product_files() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeSet::new();
    rust_files(&top().join("fixtures/src"), &mut found);
    rust_files(&top().join("suites/src"), &mut found);
    for group in ["harness", "suites"] {
        for member in std::fs::read_dir(top().join(group)).unwrap().map(Result::unwrap) {
            rust_files(&member.path().join("src"), &mut found);
        }
    }
    let texts: BTreeMap<_, _> =
        found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect();
    let of_tests: Vec<_> = texts.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let is_of_tests = |path: &Path| {
        of_tests.iter().any(|module| path.starts_with(module)) || of_tests.contains(&path.with_extension(""))
    };
    texts.into_iter().filter(|(path, _)| !is_of_tests(path)).collect()
}

/// The files, without their endings, of the modules that a file has in tests only.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let beside = path.parent().unwrap();
    let is_root = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| path.ends_with(name));
    let below = if is_root { beside.to_owned() } else { path.with_extension("") };
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let tested = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]").map(|pair| pair[1]);
    let module = |line: &str| {
        let file = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix(".rs\"]"));
        let name = || line.rsplit_once("mod ")?.1.strip_suffix(';');
        file.map(|file| beside.join(file)).or_else(|| Some(below.join(name()?)))
    };
    tested.filter_map(module).collect()
}

/// The lines of a file that drop an error without a reason, by number.
fn places(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<_> = text.lines().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        if line.trim() == "#[cfg(test)]" {
            index = end_of_item(&lines, index + 1);
        } else if drops(&lines, index) && !has_reason(&lines, index) {
            found.push((index + 1, line.trim()));
        }
        index += 1;
    }
    found
}

/// The last line of the item that begins at a line, as rustfmt lays it out.
fn end_of_item(lines: &[&str], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let ends = |line: &&str| {
        indent(line) == indent(lines[start])
            && (line.trim_end().ends_with(';') || line.trim_end().ends_with('}'))
    };
    lines[start..].iter().position(ends).map_or(lines.len(), |length| start + length)
}

fn code(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line.split(" // ").next().unwrap() }
}

fn drops(lines: &[&str], index: usize) -> bool {
    let line = code(lines[index]);
    if writes_into_a_text(line, lines.get(index + 1).copied()) {
        return false;
    }
    DROPS.iter().any(|drop| line.contains(drop))
        || (line.contains(".flatten()") && is_over_results(lines, index))
}

/// Whether a line writes into a variable, which is a text here and takes everything: `let _ = writeln!(text, …)`. Where
/// something else is written to, an error is dropped.
fn writes_into_a_text(line: &str, next: Option<&str>) -> bool {
    let Some((_, arguments)) = line.split_once("let _ = write") else { return false };
    let Some((_, arguments)) = arguments.split_once("!(") else { return false };
    let first = if arguments.is_empty() { next.unwrap_or_default() } else { arguments };
    let first = first.trim().split([',', ')']).next().unwrap();
    first.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether the statement up to a line has a word for results.
fn is_over_results(lines: &[&str], index: usize) -> bool {
    let is_of_statement = |line: &&&str| !code(line).trim_end().ends_with([';', '{', '}']);
    let before = lines[..index].iter().rev().take_while(is_of_statement);
    let mut statement = before.chain([&lines[index]]);
    statement.any(|line| RESULTS.iter().any(|word| code(line).contains(word)))
}

fn has_reason(lines: &[&str], index: usize) -> bool {
    let is_reason = |line: &str| line.split_once(REASON).is_some_and(|(_, reason)| reason.len() > 10);
    let mut above = lines[..index].iter().rev().take_while(|line| line.trim_start().starts_with("//"));
    is_reason(lines[index]) || above.any(|line| is_reason(line))
}

#[test]
fn dropped_errors_have_a_reason() {
    let older: BTreeMap<_, _> = OLDER.iter().copied().collect();
    let mut offences = String::new();
    let mut now = BTreeMap::new();
    for (path, text) in product_files() {
        let name = path.strip_prefix(top()).unwrap().display().to_string();
        let places = places(&text);
        if places.len() > older.get(name.as_str()).copied().unwrap_or_default() {
            for (line, code) in &places {
                writeln!(offences, "{name}:{line}: {code}").unwrap();
            }
        }
        if !places.is_empty() {
            now.insert(name, places.len());
        }
    }
    assert!(
        offences.is_empty(),
        "{offences}to mend it: make an error of it, or say in a comment `{REASON}…` why nothing is lost"
    );
    let table: Vec<_> = now.iter().map(|(name, count)| format!("    (\"{name}\", {count}),")).collect();
    let is_current =
        older.len() == now.len() && now.iter().all(|(name, count)| older.get(name.as_str()) == Some(count));
    assert!(is_current, "fewer are left, which is good; to mend it: let OLDER be\n{}", table.join("\n"));
}

#[rstest]
#[case::default("let a = b.unwrap_or_default();")]
#[case::no_error("let a = b.ok()?;")]
#[case::closure("let a = b.unwrap_or_else(|_| c());")]
#[case::iterator("let a = b.filter_map(Result::ok);")]
#[case::ignored("let _ = b();")]
#[case::written_to_a_terminal("let _ = writeln!(io::stderr(), \"a\");")]
#[case::flattened("for a in std::fs::read_dir(b)?.flatten() {")]
#[case::flattened_in_a_chain("let a = std::fs::read_dir(b)?\n    .flatten()\n    .count();")]
#[case::reason_without_words("let a = b.ok(); // none:")]
#[case::reason_of_another_line("// none: it is not needed here\nlet a = 1;\nlet b = c.ok();")]
#[case::behind_a_test("#[cfg(test)]\nmod tests {\n    use a;\n}\nlet a = b.ok();")]
fn dropped_error_is_found(#[case] text: &str) {
    assert_eq!(places(text).len(), 1, "{text}");
}

#[rstest]
#[case::in_its_line("let a = b.ok(); // none: it is not needed here")]
#[case::above("// none: it is not needed here\nlet a = b.ok();")]
#[case::above_in_two_lines("// none: it is not needed here,\n// nor anywhere\nlet a = b.ok();")]
#[case::comment("// let a = b.ok();")]
#[case::written_into_a_text("let _ = writeln!(text, \"a\");")]
#[case::written_in_lines("let _ = write!(\n    text,\n    \"a\"\n);")]
#[case::options("let a = [b, c].into_iter().flatten();")]
#[case::test("#[cfg(test)]\nmod tests {\n    fn a() {\n        b.ok();\n    }\n}")]
#[case::kept("let a = b.unwrap_or(1);")]
fn what_drops_nothing_is_let_be(#[case] text: &str) {
    assert_eq!(places(text), []);
}

#[test]
fn modules_of_tests_are_no_product_code() {
    let text = "mod a;\n#[cfg(test)]\nmod heal_tests;\n";
    assert_eq!(test_modules(Path::new("x/src/lib.rs"), text), [Path::new("x/src/heal_tests")]);
    assert_eq!(test_modules(Path::new("x/src/b.rs"), text), [Path::new("x/src/b/heal_tests")]);
    let text = "#[cfg(test)]\n#[path = \"b_tests.rs\"]\nmod tests;\n";
    assert_eq!(test_modules(Path::new("x/src/b.rs"), text), [Path::new("x/src/b_tests")]);
}
