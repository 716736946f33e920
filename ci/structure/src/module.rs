//! The modules of a library or a program, as `mod` declares them from its first file on. What is for tests is left out.

use crate::error::StructureError;
use crate::exclusion::is_for_tests;
use crate::location::Nest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta};

/// A module: a file, or a part of one.
pub struct Module {
    /// Its path below the root: `["bundle", "read"]`.
    pub path: Vec<String>,
    /// The file that it is in, below the workspace's folder.
    pub file: PathBuf,
    /// Whether it is only a part of that file.
    pub is_inline: bool,
    /// What its file says it is for, without the slashes.
    pub text: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    /// All that is in it but other modules.
    pub(crate) items: Vec<Item>,
}

/// The modules of a library or a program. The first is its root.
pub struct ModuleTree {
    /// All modules, parents first.
    pub modules: Vec<Module>,
}

impl ModuleTree {
    /// Reads all modules from a first file on, which is given below the workspace's folder.
    pub fn read(top: &Path, root: &Path) -> Result<Self, StructureError> {
        let mut reader = Reader { top, modules: Vec::new() };
        reader.file(root.to_owned(), &Nest::beside(root), None)?;
        Ok(Self { modules: reader.modules })
    }
}

/// Where a module hangs: its name, and its parent's number.
type Place<'a> = Option<(&'a str, usize)>;

struct Reader<'a> {
    top: &'a Path,
    modules: Vec<Module>,
}

impl Reader<'_> {
    fn file(&mut self, file: PathBuf, nest: &Nest, place: Place<'_>) -> Result<(), StructureError> {
        let source = std::fs::read_to_string(self.top.join(&file))
            .map_err(|source| StructureError::Read { path: file.clone(), source })?;
        let parsed = syn::parse_file(&source)
            .map_err(|source| StructureError::ParseSource { path: file.clone(), source })?;
        // `#![cfg(test)]` says of a whole file what the line that declares it may not say.
        if is_for_tests(&parsed.attrs) {
            return Ok(());
        }
        let text = parsed.attrs.iter().filter_map(line).collect::<Vec<_>>().join("\n");
        let id = self.add(file, text, false, place);
        self.fill(id, parsed.items, nest)
    }

    /// Gives a module a number.
    fn add(&mut self, file: PathBuf, text: String, is_inline: bool, place: Place<'_>) -> usize {
        let id = self.modules.len();
        let mut path = Vec::new();
        if let Some((name, parent)) = place {
            path.clone_from(&self.modules[parent].path);
            path.push(name.to_owned());
            self.modules[parent].children.insert(name.to_owned(), id);
        }
        let (parent, children) = (place.map(|(_, parent)| parent), BTreeMap::new());
        self.modules.push(Module { path, file, is_inline, text, parent, children, items: Vec::new() });
        id
    }

    fn fill(&mut self, id: usize, items: Vec<Item>, nest: &Nest) -> Result<(), StructureError> {
        for item in items {
            match item {
                Item::Mod(declared) if is_for_tests(&declared.attrs) => {}
                Item::Mod(declared) => self.child(id, declared, nest)?,
                item => self.modules[id].items.push(item),
            }
        }
        Ok(())
    }

    fn child(&mut self, parent: usize, declared: ItemMod, nest: &Nest) -> Result<(), StructureError> {
        let name = declared.ident.unraw().to_string();
        let place = Some((name.as_str(), parent));
        let file = self.modules[parent].file.clone();
        if let Some((_, items)) = declared.content {
            let id = self.add(file, String::new(), true, place);
            self.fill(id, items, &nest.inline(&name))
        } else {
            let (file, nest) = nest.find(self.top, &file, &name, &declared.attrs)?;
            self.file(file, &nest, place)
        }
    }
}

/// A line of `//!`.
fn line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value()),
            _ => None,
        },
        _ => None,
    }
}
