//! Dependency bans: what a crate must not depend on, neither directly nor through a crate of the workspace.
//!
//! The test that holds them has the table of them. What a crate from outside brings along is not looked at: that is for
//! `cargo tree`.

use crate::member::Member;
use crate::workspace::Workspace;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;

/// What a crate may not depend on.
#[derive(Debug, Clone, Copy)]
pub struct DependencyBan<'a> {
    /// The crate's folder.
    pub folder: &'a str,
    /// The packages that it must not depend on.
    pub without: &'a [&'a str],
}

/// A ban that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The ban is about a folder that holds no crate.
    NoMember {
        /// The folder.
        folder: String,
    },
    /// A dependency that is banned.
    Dependency {
        /// From the crate to the dependency.
        way: Vec<String>,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMember { folder } => write!(f, "{folder}: the workspace has no such member"),
            Self::Dependency { way } => write!(f, "{}: has no place there", way.join(" → ")),
        }
    }
}

/// Every ban that does not hold, with the shortest way to what is banned.
pub fn breaches(workspace: &Workspace, bans: &[DependencyBan<'_>]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for ban in bans {
        match workspace.members.iter().find(|member| member.folder.as_os_str() == ban.folder) {
            Some(member) => breaches.extend(dependencies(workspace, member, ban.without)),
            None => breaches.push(Breach::NoMember { folder: ban.folder.to_owned() }),
        }
    }
    breaches
}

fn dependencies(workspace: &Workspace, member: &Member, without: &[&str]) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut reached = BTreeSet::new();
    let mut next = VecDeque::from([(member, vec![member.name.clone()])]);
    while let Some((member, way)) = next.pop_front() {
        for dependency in &member.dependencies {
            if !reached.insert(&dependency.package) {
                continue;
            }
            let known = workspace.floor(dependency).map(|(_, member)| member);
            let name = known.map_or(&dependency.package, |member| &member.name);
            let way = [way.as_slice(), std::slice::from_ref(name)].concat();
            if without.contains(&dependency.package.as_str()) {
                found.push(Breach::Dependency { way });
            } else if let Some(member) = known {
                next.push_back((member, way));
            }
        }
    }
    found
}
