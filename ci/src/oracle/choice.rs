//! Choices of a generator.

use proptest::strategy::{BoxedStrategy, Just, Strategy, Union};
use std::fmt::Debug;

/// One of these, each as often as its weight says. A smaller case has an earlier one.
pub(super) fn one_of<T: Clone + Debug + 'static>(choices: &[(u32, T)]) -> BoxedStrategy<T> {
    let weighted = choices.iter().map(|(weight, choice)| (*weight, Just(choice.clone())));
    Union::new_weighted(weighted.collect()).boxed()
}

/// When an object was made: one of a few seconds, so that ages are often the same; or no time at all.
pub(super) fn age() -> BoxedStrategy<Option<u8>> {
    one_of(&[(4, Some(0)), (4, Some(1)), (4, Some(2)), (2, Some(3)), (1, None)])
}

/// The time of an age, as the API server writes it.
pub(super) fn time(age: u8) -> String {
    format!("2026-01-01T00:00:{age:02}Z")
}
