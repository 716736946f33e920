//! Which module a path names: the deepest whose name is written in it.
//!
//! A name that a module only passes on (`pub use`) is that module's: who wants to depend on less names the module in
//! which the item is. Names that are not modules mean nothing here, and other crates' are not found.

use crate::mention::{Mention, Role};
use crate::module::ModuleTree;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The modules that names stand for, in each module.
pub(crate) struct Scopes<'a> {
    tree: &'a ModuleTree,
    /// The modules that each module imports, by the name that it knows them under.
    imported: Vec<BTreeMap<&'a str, usize>>,
    /// The modules of which each module imports all.
    globs: Vec<Vec<usize>>,
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    /// The number of the module.
    pub(crate) module: usize,
    /// The name of what is meant in it, if it is not the module itself.
    pub(crate) item: Option<&'a str>,
}

impl<'a> Scopes<'a> {
    /// The scopes of a tree, of which each module mentions what stands at its number.
    pub(crate) fn of(tree: &'a ModuleTree, mentions: &'a [Vec<Mention>]) -> Self {
        let none = (vec![BTreeMap::new(); mentions.len()], vec![Vec::new(); mentions.len()]);
        let mut scopes = Self { tree, imported: none.0, globs: none.1 };
        // An import may begin with what another one brings, in whatever order they are written.
        while scopes.grows(mentions) {}
        scopes
    }

    /// Adds the modules that are imported by paths which are understood by now, and says whether there were any.
    fn grows(&mut self, mentions: &'a [Vec<Mention>]) -> bool {
        let mut has_grown = false;
        for (module, mentions) in mentions.iter().enumerate() {
            for Mention { names, role } in mentions {
                let Some(Target { module: named, item: None }) = self.target(module, names) else { continue };
                has_grown |= match role {
                    Role::Usage => false,
                    Role::Import(name) => match self.imported[module].entry(name) {
                        Entry::Vacant(entry) => *entry.insert(named) == named,
                        Entry::Occupied(_) => false,
                    },
                    Role::Glob => {
                        let is_new = !self.globs[module].contains(&named);
                        self.globs[module].extend(is_new.then_some(named));
                        is_new
                    }
                };
            }
        }
        has_grown
    }

    /// What a path means in a module, if it is of this tree.
    pub(crate) fn target(&self, module: usize, names: &'a [String]) -> Option<Target<'a>> {
        let (first, mut rest) = names.split_first()?;
        let mut module = match first.as_str() {
            "crate" => 0,
            "self" => module,
            "super" => self.tree.modules[module].parent?,
            name => self.named(module, name)?,
        };
        while let Some((name, below)) = rest.split_first() {
            module = match name.as_str() {
                "self" => module,
                "super" => self.tree.modules[module].parent?,
                name => match self.tree.modules[module].children.get(name) {
                    Some(child) => *child,
                    None => return Some(Target { module, item: Some(name) }),
                },
            };
            rest = below;
        }
        Some(Target { module, item: None })
    }

    fn named(&self, module: usize, name: &str) -> Option<usize> {
        let own = |module: usize| {
            let child = self.tree.modules[module].children.get(name);
            child.or_else(|| self.imported[module].get(name)).copied()
        };
        own(module).or_else(|| self.globs[module].iter().find_map(|glob| own(*glob)))
    }
}
