//! The structure as a person reads it: the floors, and whatever is wrong with them or with a crate's files.

use crate::circle::{Circle, circles_of};
use crate::error::StructureError;
use crate::floor::{UpwardArrow, upward_arrows};
use crate::member::{Dependency, Member};
use crate::workspace::Workspace;
use std::collections::BTreeSet;
use std::fmt::{self, Write};

/// The structure of a workspace, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// A line for each crate, from the ground up.
    pub floors: Vec<String>,
    /// The crates that depend on what stands above them.
    pub upward: Vec<UpwardArrow>,
    /// The circles of files.
    pub circles: Vec<Circle>,
}

impl Overview {
    /// Judges a workspace.
    pub fn of(workspace: &Workspace) -> Result<Self, StructureError> {
        let mut circles = Vec::new();
        for member in &workspace.members {
            circles.extend(circles_of(workspace, member)?);
        }
        let floors = workspace.members.iter().map(|member| floor(workspace, member)).collect();
        Ok(Self { floors, upward: upward_arrows(workspace), circles })
    }

    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.upward.is_empty() && self.circles.is_empty()
    }
}

impl fmt::Display for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "floors, from the ground up:")?;
        for (floor, line) in self.floors.iter().enumerate() {
            writeln!(f, "{:>4}  {line}", floor + 1)?;
        }
        section(f, "arrows that point upwards", &self.upward)?;
        section(f, "circles of files", &self.circles)
    }
}

fn section<T: fmt::Display>(f: &mut fmt::Formatter<'_>, title: &str, lines: &[T]) -> fmt::Result {
    match lines {
        [] => writeln!(f, "{title}: none"),
        lines => {
            writeln!(f, "{title}:")?;
            lines.iter().try_for_each(|line| writeln!(f, "      {line}"))
        }
    }
}

/// `report (harness/report) imports vocabulary, record; its tests also import testbed`
fn floor(workspace: &Workspace, member: &Member) -> String {
    let named = |dependencies: &BTreeSet<Dependency>| {
        let known = dependencies.iter().filter_map(|dependency| workspace.floor(dependency));
        known.map(|(_, member)| member.name.clone()).collect::<Vec<_>>().join(", ")
    };
    let mut line = format!("{} ({})", member.name, member.folder.display());
    let (imports, tests) = (named(&member.dependencies), named(&member.dev_dependencies));
    if !imports.is_empty() {
        let _ = write!(line, " imports {imports}");
    }
    if !tests.is_empty() {
        let _ = write!(line, "; its tests also import {tests}");
    }
    line
}
