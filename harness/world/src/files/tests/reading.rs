//! What is an object, what is not, and what is told of that.

use super::*;
use rstest::rstest;

#[rstest]
#[case::document(&[("a.yaml", POD.to_owned())], &["Pod n/a"])]
#[case::documents(&[("a.yaml", "---\nkind: Pod\nmetadata: {}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n".to_owned())], &["Pod /a"])]
#[case::list(&[("a.yml", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n".to_owned())], &["Pod /a"])]
#[case::list_of_lists(
    &[("a.yaml", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: PodList, items: [{metadata: {name: a}}]}\n".to_owned())],
    &["Pod /a"]
)]
#[case::typed_list(
    &[("a.json", r#"{"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}"#.to_owned())],
    &["Pod /a", "Pod /b"]
)]
#[case::one_json_after_the_other(
    &[("a.json", concat!(
        "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}\n",
        "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"b\"}}\n").to_owned())],
    &["Pod /a", "Pod /b"]
)]
#[case::array(&[("a.json", r#"[{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}]"#.to_owned())], &["Pod /a"])]
#[case::kind_that_ends_in_list(
    &[("a.yaml", "apiVersion: x.test/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {items: []}\n".to_owned())],
    &["AllowList /a"]
)]
#[case::same_object_twice(&[("a.yaml", POD.to_owned()), ("b/c.yaml", format!("{POD}status: {{phase: x}}\n"))], &["Pod n/a"])]
#[case::carriage_returns(&[("a.yaml", POD.replace('\n', "\r\n"))], &["Pod n/a"])]
#[case::byte_order_mark(&[("a.yaml", format!("\u{feff}{POD}"))], &["Pod n/a"])]
#[case::directive(&[("a.yaml", format!("%YAML 1.2\n---\n{POD}"))], &["Pod n/a"])]
#[case::merge_key(
    &[("a.yaml", "apiVersion: v1\nkind: Pod\nx: &x {name: a}\nmetadata: {<<: *x, namespace: n}\n".to_owned())],
    &["Pod n/a"]
)]
fn objects_are_found(#[case] contents: &[(&str, String)], #[case] expected: &[&str]) {
    let files = files(contents);
    assert_eq!(objects(&files), expected);
    assert_eq!(files.not_read().iter().filter(|one| one.reason == NotReadReason::Syntax).count(), 0);
}

#[rstest]
#[case::other_files("notes.txt", "{{", &[])]
#[case::nothing("b.yaml", "", &[])]
#[case::comments("b.yaml", "# a\n---\n# b\n", &[])]
#[case::values("b.yaml", "just: text\n", &["NoObject: b.yaml"])]
#[case::number("b.yaml", "1\n", &["NoObject: b.yaml"])]
#[case::json("package.json", r#"{"name": "x"}"#, &["NoObject: package.json"])]
#[case::beside_an_object("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n---\nx: 1\n", &["NoObject: b.yaml:5"])]
#[case::no_yaml("b.yaml", "a: 1\nb: [\n", &["Syntax: b.yaml:2 (did not find expected node content)"])]
#[case::no_json("b.json", "{\"a\": ", &["Syntax: b.json:1 (did not find expected node content)"])]
#[case::template("b.yaml", "# x\nkind: {{ .Values.b }}\n", &["Template: b.yaml:2"])]
#[case::jinja("b.yaml", "{% if x %}\na: 1\n", &["Template: b.yaml:1"])]
#[case::name_of_a_template("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: '{{ x }}'\n", &["Template: b.yaml:1 (Pod {{ x }}: `{{ x }}`)"])]
#[case::no_version("b.yaml", "\nkind: Pod\nmetadata: {name: a}\n", &["Incomplete: b.yaml:2 (no `apiVersion` or no `kind`)"])]
#[case::metadata_is_null("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: null\n", &["Incomplete: b.yaml:1 (Pod without `metadata`)"])]
#[case::name_is_a_number("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: 1}\n", &["Incomplete: b.yaml:1 (Pod whose name is 1, and no text)"])]
#[case::key_twice("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {a: 1, a: 2}\n", &["Syntax: b.yaml:4 (spec: the key `a` is written twice)"])]
#[case::openshift_template(
    "b.yaml",
    "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects: [{kind: X}]\n",
    &["OpenShiftTemplate: b.yaml:1 (1 objects)"]
)]
#[case::item_of_a_list(
    "b.yaml",
    "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n- {kind: Pod}\n",
    &["Incomplete: b.yaml:5 (no `apiVersion` or no `kind`)"]
)]
#[case::deep("b.yaml", &"[".repeat(1_000), &["Syntax: b.yaml:1 (recursion limit exceeded)"])]
#[case::laughs(
    "b.yaml",
    "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
    &["Aliases: b.yaml:1"]
)]
fn rest_is_judged(#[case] name: &str, #[case] text: &str, #[case] expected: &[&str]) {
    let folder = folder(&[("a.yaml", POD), (name, text)]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    assert_eq!(not_read(&files, folder.path()), expected);
    assert!(objects(&files).contains(&"Pod n/a".to_owned()));
}

#[test]
fn documents_around_a_broken_one_count() {
    let text = format!("{POD}---\na: [\n---\n{}", POD.replace("name: a", "name: c"));
    let folder = folder(&[("a.yaml", &text)]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    assert_eq!(objects(&files), ["Pod n/a", "Pod n/c"]);
    let told = not_read(&files, folder.path());
    assert!(told.len() == 1 && told[0].starts_with("Syntax: a.yaml:"), "{told:?}");
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let folder = folder(&[("a.yaml", POD)]);
    write(folder.path(), "b.yaml", b"a: 1\nb: \xff\n");
    write(folder.path(), "c.yaml", b"\xff\xfea\0:\0 \x001\0");
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    assert_eq!(not_read(&files, folder.path()), ["NoObject: c.yaml", "NotText: b.yaml:2"]);
}

#[test]
fn helm_chart_is_told_as_a_whole() {
    let folder = folder(&[
        ("a.yaml", POD),
        ("shop/Chart.yaml", "name: shop\n"),
        ("shop/values.yaml", "a: 1\n"),
        ("shop/templates/a.yaml", POD),
        ("shop/templates/b.yaml", "{{ x }}"),
        ("shop/crds/c.yaml", &POD.replace("name: a", "name: c")),
    ]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    assert_eq!(objects(&files), ["Pod n/a", "Pod n/c"]);
    let text = not_read_notes(files.not_read()).join("\n").replace(&folder.path().display().to_string(), "F");
    assert_eq!(
        text,
        "4 of the files are not read: they belong to the Helm chart F/shop: F/shop/Chart.yaml, F/shop/templates/a.yaml, \
         F/shop/templates/b.yaml and 1 more; render it: `helm template F/shop | meshproof run --files -`"
    );
}

#[test]
fn object_that_a_kustomization_patches_is_not_known() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n";
    let folder = folder(&[
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("base/all.yaml", &format!("{POD}---\n{service}---\n{}", POD.replace("name: a", "name: b"))),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\nnamespace: x\npatches:\n- path: patch.yaml\n- target: {kind: Pod, name: b.*}\n  patch: '[]'\nconfigMapGenerator:\n- files: [config=data.yaml]\n",
        ),
        ("prod/patch.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {x: 1}\n"),
        ("prod/data.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: data}\n"),
    ]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    assert_eq!(objects(&files), ["Service /s"]);
    assert_eq!(
        not_read(&files, folder.path()),
        [
            "Kustomization(\"prod\"): prod (configMapGenerator, namespace, patches)",
            "KustomizationPart(\"prod\"): prod/data.yaml",
            "KustomizationPart(\"prod\"): prod/patch.yaml",
            "Patched: base/all.yaml:1 (Pod n/a, by prod)",
            "Patched: base/all.yaml:9 (Pod n/b, by prod)",
        ]
    );
    assert_eq!(files.extent("pods"), Extent::Part);
}

#[test]
fn flux_has_kustomizations_of_its_own() {
    let text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n";
    assert_eq!(objects(&files(&[("kustomization.yaml", text)])), ["Kustomization /a"]);
}

#[test]
fn two_manifests_that_differ_are_neither_judged_nor_absent() {
    let other = POD.replace("namespace: n", "namespace: n, labels: {a: b}");
    let folder = folder(&[
        ("dev/a.yaml", POD),
        ("prod/a.yaml", &other),
        ("b.yaml", &POD.replace("name: a", "name: b")),
    ]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    assert_eq!(objects(&files), ["Pod n/b"]);
    assert_eq!(not_read(&files, folder.path()), ["Conflict: prod/a.yaml:1 (Pod n/a, also dev/a.yaml:1)"]);
    assert_eq!(files.extent("pods"), Extent::Part);
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_folder() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("b.yaml", POD)]);
    let folder = folder(&[("..2026/a.yaml", POD), ("..2026/notes.txt", "")]);
    let path = folder.path();
    symlink("..2026", path.join("..data")).unwrap();
    symlink("..data/a.yaml", path.join("a.yaml")).unwrap();
    symlink("..data/gone.yaml", path.join("gone.yaml")).unwrap();
    symlink("loop.yaml", path.join("loop.yaml")).unwrap();
    symlink(outside.path().join("b.yaml"), path.join("b.yaml")).unwrap();
    symlink(outside.path(), path.join("more")).unwrap();
    symlink(path, path.join("..2026/back")).unwrap();
    symlink("/dev/zero", path.join("zero.yaml")).unwrap();
    let files = read(&[path], b"", LIMITS).unwrap();
    assert_eq!(
        not_read(&files, path),
        [
            "LinkBroken: gone.yaml",
            "LinkBroken: loop.yaml",
            "LinkOutside: b.yaml",
            "LinkOutside: more",
            "LinkOutside: zero.yaml",
        ]
    );
    assert_eq!(
        files.line_of(&ObjectRef::namespaced("Pod", "n", "a"), ""),
        Some(format!("{}/a.yaml:1", path.display()))
    );
    // A file that is named twice is read once, also by way of a link.
    let again = read(&[path, &path.join("a.yaml"), path], b"", LIMITS).unwrap();
    assert_eq!(again.file_count, 1);
}

#[rstest]
#[case::nothing(&[], "there is no Kubernetes object in `F`")]
#[case::no_object(&[("a.yaml", "a: 1\n")], "that could be read: 1 holds no object (values, settings): F/a.yaml")]
#[case::template(
    &[("a.yaml", "a: {{ .Values.b }}\n- c"), ("b.yaml", "{{ x }}")],
    "there is no Kubernetes object in `F` that could be read: 2 are templates: F/a.yaml:1"
)]
fn nothing_at_all_is_an_error_with_the_reasons(#[case] contents: &[(&str, &str)], #[case] expected: &str) {
    let folder = folder(contents);
    let error = vocabulary::chain(&read(&[folder.path()], b"", LIMITS).unwrap_err());
    let error = error.replace(&folder.path().display().to_string(), "F");
    assert!(error.contains(expected), "{error}");
}

#[test]
fn missing_path_is_an_error() {
    let error = read(&[Path::new("/nonexistent")], b"", LIMITS).unwrap_err();
    assert!(matches!(error, FilesError::Io { .. }));
}

#[test]
fn several_inputs_are_one() {
    let one = folder(&[("a.yaml", POD)]);
    let two = folder(&[("b.txt", &POD.replace("name: a", "name: b"))]);
    let stdin = POD.replace("name: a", "name: c");
    let paths = [one.path(), &two.path().join("b.txt"), Path::new("-")];
    let files = read(&paths, stdin.as_bytes(), LIMITS).unwrap();
    assert_eq!(objects(&files), ["Pod n/a", "Pod n/b", "Pod n/c"]);
    assert_eq!(
        files.line_of(&ObjectRef::namespaced("Pod", "n", "c"), "metadata.name"),
        Some("stdin:3".to_owned())
    );
    assert!(files.describe().starts_with("3 objects in 3 files of "), "{}", files.describe());
    assert!(files.rerun_flags().ends_with(" --files -"), "{}", files.rerun_flags());
}

#[test]
fn limits_hold() {
    let folder = folder(&[("a.yaml", POD), ("b.yaml", &"# a long comment\n".repeat(100))]);
    let small_files = ReadLimits { file: 1_000, ..LIMITS };
    let files = read(&[folder.path()], b"", small_files).unwrap();
    assert_eq!(not_read(&files, folder.path()), ["Oversized: b.yaml"]);
    let error = read(&[folder.path()], b"", ReadLimits { total: 1_000, ..LIMITS }).unwrap_err();
    assert!(matches!(error, FilesError::TooMuch { .. }));
    let error = read(&[folder.path()], b"", ReadLimits { entries: 1, ..LIMITS }).unwrap_err();
    assert!(matches!(error, FilesError::TooMany { .. }));
    let error = read(&[Path::new("-")], POD.as_bytes(), ReadLimits { file: 9, ..LIMITS }).unwrap_err();
    assert!(error.to_string().contains("larger than any manifest"), "{error}");
}
