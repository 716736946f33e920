//! The order of the workspace, read from its sources: crates stand on floors, and the files of a crate in no circle.
//!
//! Cargo keeps the crates' arrows free of circles; it knows neither which crate is meant to stand above which, nor
//! anything about files. Here a manifest is read with `toml` and a file with `syn`; nothing is compiled, so that the
//! order can be judged while the workspace does not build.

mod arrow;
mod circle;
mod dependency_ban;
mod error;
mod exclusion;
mod floor;
mod location;
mod manifest;
mod member;
mod mention;
mod module;
mod overview;
mod scope;
mod sentence;
mod tables;
mod tokens;
mod workspace;

pub use arrow::{Arrow, arrows};
pub use circle::{Circle, circles, circles_of};
pub use dependency_ban::{Breach, DependencyBan, breaches};
pub use error::StructureError;
pub use floor::{UpwardArrow, upward_arrows};
pub use member::{Dependency, Member};
pub use module::{Module, ModuleTree};
pub use overview::Overview;
pub use tables::architecture;
pub use workspace::Workspace;
