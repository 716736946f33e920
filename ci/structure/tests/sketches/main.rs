//! What is read from small workspaces, written for the occasion: arrows, circles, floors, dependency bans and tables.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrows;
mod circles;
mod dependency_bans;
mod exclusions;
mod floors;
mod locations;
mod sketch;
mod tables;
