//! The line of a field in a file.

use super::*;
use rstest::rstest;

const TWO: &str = "\
apiVersion: v1
kind: Service
metadata: {name: s, namespace: n}
---
# the second
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: g, namespace: n}
spec:
  selector: {a: b}
";

const LIST: &str = r#"{
  "apiVersion": "v1",
  "kind": "List",
  "items": [
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "n"}},
    {
      "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "g", "namespace": "n"},
      "spec": {
        "listeners": []
      }
    }
  ]
}
"#;

#[rstest]
#[case::object("Service", "s", "", Some("a.yaml:1"))]
#[case::second_document("Gateway", "g", "spec.selector.a", Some("a.yaml:10"))]
#[case::item("Pod", "a", "spec", Some("b.json:5"))]
#[case::of_two_groups("Gateway", "g", "spec.listeners", Some("b.json:9"))]
#[case::absent("Service", "other", "", None)]
fn line_of_a_field(
    #[case] kind: &str,
    #[case] name: &str,
    #[case] field: &str,
    #[case] expected: Option<&str>,
) {
    let folder = folder(&[("a.yaml", TWO), ("b.json", LIST)]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    let line = files.line_of(&ObjectRef::namespaced(kind, "n", name), field);
    assert_eq!(line, expected.map(|line| format!("{}/{line}", folder.path().display())));
}

#[test]
fn file_that_has_gone_since_is_told_by_its_document() {
    let folder = folder(&[("a.yaml", TWO)]);
    let files = read(&[folder.path()], b"", LIMITS).unwrap();
    std::fs::remove_file(folder.path().join("a.yaml")).unwrap();
    let line = files.line_of(&ObjectRef::namespaced("Gateway", "n", "g"), "spec.selector").unwrap();
    assert!(line.ends_with("a.yaml:6"), "{line}");
}
