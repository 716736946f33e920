//! Two collections that should be the same: a failure says what is missing, what is too much, and what mends it.

use std::collections::BTreeSet;
use std::fmt::Display;

/// Fails with the difference alone; what is the same is not printed.
pub(crate) fn assert_same<T: Ord + Display>(
    observed: impl IntoIterator<Item = T>,
    expected: impl IntoIterator<Item = T>,
    mend: &str,
) {
    let (observed, expected) = (BTreeSet::from_iter(observed), BTreeSet::from_iter(expected));
    let list = |title: &str, items: Vec<&T>| match items.as_slice() {
        [] => String::new(),
        items => items.iter().fold(format!("{title}:\n"), |text, item| format!("{text}  {item}\n")),
    };
    let missing = list("missing", expected.difference(&observed).collect());
    let surplus = list("too much", observed.difference(&expected).collect());
    assert!(missing.is_empty() && surplus.is_empty(), "\n{missing}{surplus}to mend it: {mend}");
}
