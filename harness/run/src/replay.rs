//! Judges a bundle again: today's checks on the recorded observations, without the cluster.
//!
//! The report is made from the run's own journal, so that it is the same, byte for byte, where no verdict has changed. An
//! answer that was not recorded makes a check errored; nothing is guessed.

mod bundled_run;
mod comparison;
mod judge;
mod replayed_run;

pub use bundled_run::BundledRun;
pub use replayed_run::ReplayedRun;
