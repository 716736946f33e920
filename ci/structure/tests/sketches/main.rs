//! What is read from small workspaces, written for the occasion: arrows, circles, floors, rooms and tables.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arrows;
mod circles;
mod exclusions;
mod floors;
mod locations;
mod rooms;
mod sketch;
mod tables;
