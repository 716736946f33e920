//! What a module mentions: every path in it, be it imported, written out, or given to a macro.

use crate::exclusion::{is_for_tests, is_impl_item_for_tests, is_item_for_tests};
use crate::tokens;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Field, ImplItem, Item, ItemUse, Local, Meta, Path, UseTree, VisRestricted};

/// A path that a module mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The names of the path.
    pub(crate) names: Vec<String>,
    /// What it is to the module.
    pub(crate) role: Role,
}

/// What a path is to the module that mentions it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is imported under this name.
    Import(String),
    /// All that is in it is imported.
    Glob,
    /// It is used where it stands.
    Usage,
}

/// All that items mention, but for what is for tests alone.
pub(crate) fn mentions(items: &[Item]) -> Vec<Mention> {
    let mut visitor = Visitor { mentions: Vec::new() };
    for item in items {
        visitor.visit_item(item);
    }
    visitor.mentions
}

struct Visitor {
    mentions: Vec<Mention>,
}

impl Visitor {
    fn usage(&mut self, paths: impl IntoIterator<Item = Vec<String>>) {
        self.mentions.extend(paths.into_iter().map(|names| Mention { names, role: Role::Usage }));
    }

    fn tree(&mut self, tree: &UseTree, above: &[String]) {
        let below = |name: &syn::Ident| [above, &[name.unraw().to_string()]].concat();
        let (names, role) = match tree {
            UseTree::Path(path) => return self.tree(&path.tree, &below(&path.ident)),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.tree(tree, above));
            }
            UseTree::Name(name) => (below(&name.ident), None),
            UseTree::Rename(name) => (below(&name.ident), Some(name.rename.unraw().to_string())),
            UseTree::Glob(_) => {
                return self.mentions.push(Mention { names: above.to_owned(), role: Role::Glob });
            }
        };
        // `use a::{self}` is `use a`.
        let names = names.strip_suffix(&["self".to_owned()]).unwrap_or(&names);
        let Some(last) = names.last() else { return };
        let role = Role::Import(role.unwrap_or_else(|| last.clone()));
        self.mentions.push(Mention { names: names.to_owned(), role });
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_item_for_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if !is_impl_item_for_tests(item) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if !is_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if !is_for_tests(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.tree(&item.tree, &[]);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.usage(tokens::names(path));
        visit::visit_path(self, path);
    }

    fn visit_token_stream(&mut self, stream: &'ast TokenStream) {
        self.usage(tokens::paths(stream.clone()));
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.usage(tokens::quoted_paths(list.tokens.clone()));
        }
        visit::visit_attribute(self, attribute);
    }

    /// Who may see something is no dependency on them.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}
