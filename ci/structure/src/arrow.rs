//! Arrows: which file of a crate names what is in which other.
//!
//! `mod child;` is no arrow: a parent has to declare its children, and may be built upon them or be what they build upon.

use crate::mention::{Role, mentions};
use crate::module::ModuleTree;
use crate::scope::Scopes;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

/// One file names something that is in another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The file that names it.
    pub from: PathBuf,
    /// The file in which it is.
    pub to: PathBuf,
    /// What is named: items, `*`, or the module itself if nothing in it is.
    pub names: BTreeSet<String>,
}

/// The end of the arrow, and what it carries. Its beginning is the end of another one, wherever there is a circle.
impl fmt::Display for Arrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names.iter().map(String::as_str).collect();
        write!(f, "→ {} ({})", self.to.display(), names.join(", "))
    }
}

/// All arrows of a library or a program, in the order of the files.
pub fn arrows(tree: &ModuleTree) -> Vec<Arrow> {
    let mentioned: Vec<_> = tree.modules.iter().map(|module| mentions(&module.items)).collect();
    let scopes = Scopes::of(tree, &mentioned);
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (id, mentioned) in mentioned.iter().enumerate() {
        for mention in mentioned {
            let Some(target) = scopes.target(id, &mention.names) else { continue };
            let (from, to) = (&tree.modules[id].file, &tree.modules[target.module]);
            if *from != to.file {
                let whole = (mention.role == Role::Glob).then_some("*");
                found
                    .entry((from, target.module))
                    .or_default()
                    .extend(target.item.or(whole).map(str::to_owned));
            }
        }
    }
    let mut arrows: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for ((from, module), mut names) in found {
        let module = &tree.modules[module];
        if names.is_empty() {
            names.insert(module.path.last().map_or("crate", String::as_str).to_owned());
        }
        arrows.entry((from.clone(), module.file.clone())).or_default().append(&mut names);
    }
    arrows.into_iter().map(|((from, to), names)| Arrow { from, to, names }).collect()
}
