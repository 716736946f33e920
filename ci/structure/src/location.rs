//! Where the file of a module is: the compiler's rules for `mod name;`, with and without `#[path]`.

use crate::error::StructureError;
use crate::member::without_dots;
use std::path::{Path, PathBuf};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The folders in which a module's children are.
#[derive(Debug, Clone)]
pub(crate) struct Nest {
    /// Where `mod child;` is looked for.
    below: PathBuf,
    /// Where `#[path]` counts from.
    beside: PathBuf,
}

impl Nest {
    /// Of a file whose children are beside it: a root, a `mod.rs`, or whatever `#[path]` names.
    pub(crate) fn beside(file: &Path) -> Self {
        let folder = file.parent().unwrap_or(Path::new(""));
        Self { below: folder.to_owned(), beside: folder.to_owned() }
    }

    /// Of an inline module of this one.
    pub(crate) fn inline(&self, module: &str) -> Self {
        let below = self.below.join(module);
        Self { beside: below.clone(), below }
    }

    /// The file that `mod module;` means in a file of the workspace, and where that module's children are.
    pub(crate) fn find(
        &self,
        top: &Path,
        declared_in: &Path,
        module: &str,
        attributes: &[Attribute],
    ) -> Result<(PathBuf, Self), StructureError> {
        if let Some(path) = attributes.iter().find_map(path) {
            let file = without_dots(&self.beside.join(path));
            return Ok((file.clone(), Self::beside(&file)));
        }
        let folder = self.below.join(module);
        let [own, index] = [folder.with_extension("rs"), folder.join("mod.rs")];
        if top.join(&own).is_file() {
            let beside = self.below.clone();
            return Ok((own, Self { below: folder, beside }));
        }
        if top.join(&index).is_file() {
            return Ok((index.clone(), Self::beside(&index)));
        }
        Err(StructureError::FindModule {
            path: declared_in.to_owned(),
            module: module.to_owned(),
            looked: [own, index],
        })
    }
}

/// What `#[path = "…"]` says.
fn path(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    }
}
