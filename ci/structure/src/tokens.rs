//! Paths in tokens: what a macro or an attribute is given has no grammar, but `a::b` is a path in all that this
//! workspace uses.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// Every path of more than one name. What begins with `::` is another crate's.
pub(crate) fn paths(stream: TokenStream) -> Vec<Vec<String>> {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut paths = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => paths.extend(self::paths(group.stream())),
            TokenTree::Ident(_) => {
                let is_whole = at < 2 || !is_colons(&tokens, at - 2);
                let path = path(&tokens, at);
                at += (path.len() - 1) * 3;
                if is_whole && path.len() > 1 {
                    paths.push(path);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
    paths
}

/// Paths in texts, as in `#[serde(with = "crate::duration")]`.
pub(crate) fn quoted_paths(stream: TokenStream) -> Vec<Vec<String>> {
    let quoted = stream.into_iter().filter_map(|token| match token {
        TokenTree::Literal(literal) => syn::parse_str::<syn::LitStr>(&literal.to_string()).ok(),
        _ => None,
    });
    let parsed = quoted.filter_map(|text| syn::parse_str::<syn::Path>(&text.value()).ok());
    parsed.filter_map(|path| names(&path)).collect()
}

/// The names of a path of more than one name, if it does not begin with `::`.
pub(crate) fn names(path: &syn::Path) -> Option<Vec<String>> {
    let is_whole = path.leading_colon.is_none() && path.segments.len() > 1;
    is_whole.then(|| path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect())
}

/// The names from here on, with `::` between them.
fn path(tokens: &[TokenTree], mut at: usize) -> Vec<String> {
    let mut path = Vec::new();
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        path.push(name.unraw().to_string());
        if !is_colons(tokens, at + 1) {
            break;
        }
        at += 3;
    }
    path
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => Some(punct.spacing()),
        _ => None,
    };
    colon(at) == Some(Spacing::Joint) && colon(at + 1).is_some()
}
