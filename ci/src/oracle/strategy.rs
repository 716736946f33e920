//! Generates cases. A case follows from a seed and its number.

use crate::oracle::oracle_case::OracleCase;
use anyhow::{Result, anyhow};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The case of a seed and a number, and the smaller ones that it can be made into.
pub(super) fn case_tree(
    cases: &BoxedStrategy<OracleCase>,
    seed: u64,
    number: u64,
) -> Result<impl ValueTree<Value = OracleCase> + use<>> {
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(number.to_le_bytes())) {
        *place = byte;
    }
    let generator = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), generator);
    let id = format!("{seed}-{number}");
    let named = cases.clone().prop_map(move |case| OracleCase { id: id.clone(), ..case });
    named.new_tree(&mut runner).map_err(|reason| anyhow!("could not generate case {number}: {reason}"))
}
