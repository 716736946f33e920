//! Rooms: a crate that some other crate has no place in, neither directly nor through a crate of the workspace.
//!
//! Which rooms there are is said in a table, where they are held. What a crate from outside brings along is not looked
//! at: that is for `cargo tree`.

use crate::member::Member;
use crate::workspace::Workspace;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;

/// What a crate may not depend on.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// The crate's folder.
    pub folder: &'a str,
    /// The packages that have no place in it.
    pub without: &'a [&'a str],
}

/// A rule about a room that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The rule is about a folder that is none of a crate.
    NoRoom {
        /// The folder.
        folder: String,
    },
    /// A dependency that has no place there.
    Dependency {
        /// From the crate to the dependency.
        way: Vec<String>,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom { folder } => write!(f, "{folder}: the workspace has no such member"),
            Self::Dependency { way } => write!(f, "{}: has no place there", way.join(" → ")),
        }
    }
}

/// Every rule that does not hold, with the shortest way to what has no place.
pub fn breaches(workspace: &Workspace, rooms: &[Room<'_>]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for room in rooms {
        match workspace.members.iter().find(|member| member.folder.as_os_str() == room.folder) {
            Some(member) => breaches.extend(dependencies(workspace, member, room.without)),
            None => breaches.push(Breach::NoRoom { folder: room.folder.to_owned() }),
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
