//! The engine of meshproof: it knows clusters, and runs checks that know requirements.
//!
//! ARCHITECTURE.md at the top of the repository names every module with one sentence and follows a run through them.

pub mod base;
pub mod check;
pub mod cli;
pub mod cluster;
pub mod context;
pub mod error;
pub mod evidence;
pub mod exit_code;
pub mod fault;
pub mod finding;
pub mod inputs;
pub mod install;
pub mod journal;
pub mod object;
pub mod outcome;
pub mod pki;
pub mod plan;
pub mod program;
pub mod provider;
pub mod record;
pub mod redact;
pub mod report;
pub mod runner;
pub mod state;
pub mod suites;
pub mod traffic;
pub mod view;
pub mod world;
