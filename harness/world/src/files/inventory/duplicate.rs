//! Which of several objects of one name is the one that is judged.

use crate::files::documents::file_object::FileObject;
use crate::files::not_read::{NotRead, NotReadReason};
use serde_json::Value;
use std::cmp::Reverse;

/// The one that is judged. `None`: they differ, and nothing tells which one holds. With what is told about the others.
pub(crate) fn choose(mut objects: Vec<FileObject>, name: &str) -> (Option<FileObject>, Vec<NotRead>) {
    // The sort is stable: of equals the first stays the first.
    objects.sort_by_key(|one| Reverse((rank(&one.object), revision(&one.object))));
    let mut rest = objects.into_iter();
    let Some(first) = rest.next() else { return (None, Vec::new()) };
    let mut not_read = Vec::new();
    if !is_from_server(&first.object) {
        let patched = std::iter::once(&first).chain(rest.as_slice());
        let told = patched.filter_map(|one| {
            let folder = one.patched_by.as_ref()?;
            let by = if folder.is_empty() { "." } else { folder };
            let told = NotRead::at(one.place.file(), one.place.line(""), NotReadReason::Patched);
            Some(told.detail(format!("{name}, by {by}")))
        });
        not_read.extend(told);
        if !not_read.is_empty() {
            return (None, not_read);
        }
    }
    for other in rest {
        let is_same_rank = rank(&other.object) == rank(&first.object);
        // What the server itself had comes first, so that another one of it is not alone.
        if is_same(&first.object, &other.object) || is_from_server(&other.object) {
            // A must-gather holds some objects twice, as they were a moment apart.
            continue;
        }
        let (here, there) = (&other.place, &first.place);
        let (reason, detail) = if is_same_rank {
            (NotReadReason::Conflict, format!("{name}, also {there}"))
        } else {
            (NotReadReason::Superseded, format!("{name}, judged as in {there}"))
        };
        not_read.push(NotRead::at(here.file(), here.line(""), reason).detail(detail));
    }
    let is_in_conflict = not_read.iter().any(|one| one.reason == NotReadReason::Conflict);
    ((!is_in_conflict).then_some(first), not_read)
}

/// What an object of the server itself is worth more than: one with a status, and that more than a manifest.
fn rank(object: &Value) -> u8 {
    match (is_from_server(object), has_status(object)) {
        (true, true) => 3,
        (true, false) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// Which of two states of an object is the later one.
fn revision(object: &Value) -> u128 {
    let text = object["metadata"]["resourceVersion"].as_str();
    text.and_then(|text| text.parse().ok()).unwrap_or(0) // none: what says no revision is older than what does
}

/// Whether an object comes from a server, which gives each a `uid`.
pub(crate) fn is_from_server(object: &Value) -> bool {
    object["metadata"]["uid"].is_string()
}

/// Whether an object has a status.
pub(crate) fn has_status(object: &Value) -> bool {
    object["status"].as_object().is_some_and(|status| !status.is_empty())
}

/// Whether two objects are the same but for the version in which they are written.
fn is_same(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return one == other };
    let is_told = |key: &&String| *key != "apiVersion";
    one.keys().filter(is_told).count() == other.keys().filter(is_told).count()
        && one.iter().filter(|(key, _)| is_told(key)).all(|(key, value)| other.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::documents::place::ObjectPlace;
    use crate::files::inputs::input_file::InputFile;
    use rstest::rstest;
    use serde_json::json;
    use std::sync::Arc;

    fn object(index: usize, object: &Value) -> FileObject {
        let file = Arc::new(InputFile::held(format!("{index}.yaml"), b"a: 1\n".to_vec()));
        let place = ObjectPlace::document(&file, 0..5, 1);
        FileObject {
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
            object: object.clone(),
            place,
            patched_by: None,
        }
    }

    #[rstest]
    #[case::one(&[json!({"a": 1})], Some(0), &[])]
    #[case::same(&[json!({"a": 1}), json!({"a": 1})], Some(0), &[])]
    #[case::other_version(&[json!({"apiVersion": "v1"}), json!({"apiVersion": "v1beta1"})], Some(0), &[])]
    #[case::differ(&[json!({"a": 1}), json!({"a": 2})], None, &["Conflict 1.yaml:1 (Pod a, also 0.yaml:1)"])]
    #[case::of_the_server(
        &[json!({"a": 1}), json!({"metadata": {"uid": "1"}})],
        Some(1),
        &["Superseded 0.yaml:1 (Pod a, judged as in 1.yaml:1)"]
    )]
    #[case::with_a_status(
        &[json!({"a": 1}), json!({"a": 1, "status": {"b": 1}})],
        Some(1),
        &["Superseded 0.yaml:1 (Pod a, judged as in 1.yaml:1)"]
    )]
    #[case::twice_on_the_server(
        &[
            json!({"metadata": {"uid": "1", "resourceVersion": "9"}}),
            json!({"metadata": {"uid": "1", "resourceVersion": "10"}})
        ],
        Some(1),
        &[]
    )]
    #[case::twice_and_one_without_a_status(
        &[json!({"metadata": {"uid": "1"}}), json!({"metadata": {"uid": "1"}, "status": {"a": 1}})],
        Some(1),
        &[]
    )]
    fn object_that_is_judged(
        #[case] objects: &[Value],
        #[case] chosen: Option<usize>,
        #[case] told: &[&str],
    ) {
        let entries = objects.iter().enumerate().map(|(index, one)| object(index, one)).collect();
        let (found, not_read) = choose(entries, "Pod a");
        assert_eq!(found.map(|one| one.object), chosen.map(|index| objects[index].clone()));
        let not_read: Vec<_> = not_read.iter().map(|one| format!("{:?} {one}", one.reason)).collect();
        assert_eq!(not_read, told);
    }
}
