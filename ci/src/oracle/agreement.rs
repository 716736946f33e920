//! Compares batches of cases, and makes smaller those on which the oracle and `semantics` disagree.

use crate::oracle::oracle_case::{DecidedCase, OracleCase};
use crate::oracle::oracle_process::OracleProcess;
use crate::oracle::strategy::case_tree;
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use proptest::strategy::{BoxedStrategy, ValueTree};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// How many cases an oracle is asked at once.
pub(super) const BATCH_SIZE: usize = 200;
/// How often a case is made smaller at most. Each time, the oracle answers it anew.
const MAX_SHRINKS: usize = 400;
/// The largest text of a case that is offered to the corpus.
const MAX_SAMPLE: usize = 3400;

/// What came of comparing.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    /// How many cases were compared.
    pub(super) compared: u64,
    /// The first disagreement of each batch that has one.
    pub(super) disagreements: Vec<Disagreement>,
    /// Small cases, by what is decided in them.
    pub(super) samples: BTreeMap<String, DecidedCase>,
}

/// A case on which the two disagree.
#[derive(Debug)]
pub(super) struct Disagreement {
    /// The number of the case that it was made of.
    pub(super) number: u64,
    /// The smaller case, with the oracle's facts.
    pub(super) decided: DecidedCase,
    /// The facts by `semantics`.
    pub(super) ours: Value,
}

impl Agreement {
    /// Compares the cases of these numbers.
    pub(super) fn compare(
        &mut self,
        topic: Topic,
        strategy: &BoxedStrategy<OracleCase>,
        seed: u64,
        numbers: Range<u64>,
        oracle: &mut OracleProcess,
    ) -> Result<()> {
        let trees = numbers.clone().map(|number| case_tree(strategy, seed, number));
        let trees = trees.collect::<Result<Vec<_>>>()?;
        let cases: Vec<_> = trees.iter().map(ValueTree::current).collect();
        let answers = oracle.ask(&cases)?;
        for (((number, tree), case), answer) in numbers.zip(trees).zip(cases).zip(answers) {
            let decided = DecidedCase { facts: answer.facts(), case };
            self.compared += 1;
            if (topic.facts)(&decided.case)? != decided.facts {
                self.disagreements.push(shrink(topic, number, tree, decided, oracle)?);
                return Ok(());
            }
            self.sample(topic, decided);
        }
        Ok(())
    }

    fn sample(&mut self, topic: Topic, decided: DecidedCase) {
        let size = |decided: &DecidedCase| decided.case.text().len();
        if size(&decided) > MAX_SAMPLE {
            return;
        }
        let kept = self.samples.entry(decided.signature(topic)).or_insert_with(|| decided.clone());
        if size(&decided) < size(kept) {
            *kept = decided;
        }
    }
}

/// Makes a case smaller for as long as the two disagree about it.
fn shrink(
    topic: Topic,
    number: u64,
    mut tree: impl ValueTree<Value = OracleCase>,
    mut decided: DecidedCase,
    oracle: &mut OracleProcess,
) -> Result<Disagreement> {
    let mut is_smaller = tree.simplify();
    for _ in 0..MAX_SHRINKS {
        if !is_smaller {
            break;
        }
        let case = tree.current();
        let answer = oracle.ask(std::slice::from_ref(&case))?.pop().context("the oracle gave no answer")?;
        let candidate = DecidedCase { case, facts: answer.facts() };
        if (topic.facts)(&candidate.case)? == candidate.facts {
            is_smaller = tree.complicate();
        } else {
            decided = candidate;
            is_smaller = tree.simplify();
        }
    }
    let ours = (topic.facts)(&decided.case)?;
    Ok(Disagreement { number, decided, ours })
}
