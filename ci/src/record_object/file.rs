//! The objects of a YAML file, each as the view that checks have of its kind.

use anyhow::{Context, Result, bail};
use record::Recording;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use view::known_views::{self, KnownView};
use vocabulary::Question;

/// An object, or a kind of which an empty list says that there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// The resource's full name.
    pub(super) resource: String,
    /// The version in which it is written.
    pub(super) version: String,
    /// What a person calls it: `VirtualService shop/cart`.
    pub(super) name: String,
    /// The object's view.
    pub(super) object: Option<Value>,
}

impl Found {
    /// The scope of a question about the object alone.
    pub(super) fn scope(&self) -> String {
        let text = |field: &str| self.object.as_ref().and_then(|object| object["metadata"][field].as_str());
        format!("{}/{}", text("namespace").unwrap_or_default(), text("name").unwrap_or_default())
    }

    /// Whether a recording holds an answer that is about it.
    pub(super) fn is_recorded(&self, recording: &Recording) -> bool {
        let question = |scope: String| Question::Objects { resource: self.resource.clone(), scope };
        recording.answers(&question("*".to_owned())) || recording.answers(&question(self.scope()))
    }
}

/// All that is in a file.
pub(super) fn read(path: &Path) -> Result<Vec<Found>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    let found = parse(&text).with_context(|| format!("in {}", path.display()))?;
    if found.is_empty() {
        bail!("there is no Kubernetes object in {}", path.display());
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = found.iter().find(|one| !names.insert((&one.resource, one.scope()))) {
        bail!("{} is twice in {}", twice.name, path.display());
    }
    Ok(found)
}

/// All that is in a text: documents, and lists of objects.
pub(super) fn parse(text: &str) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let document = Value::deserialize(document).context("it is not YAML")?;
        if !document.is_null() {
            take(document, &mut found)?;
        }
    }
    Ok(found)
}

fn take(document: Value, into: &mut Vec<Found>) -> Result<()> {
    let text = |field: &str| document[field].as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    if api_version.is_empty() || kind.is_empty() {
        bail!("a document has no `apiVersion` and `kind`, so that it is no object");
    }
    let Some(of) = kind.strip_suffix("List") else {
        into.push(object(view(&api_version, &kind)?, &api_version, document)?);
        return Ok(());
    };
    let items = document["items"].as_array().cloned().unwrap_or_default();
    if items.is_empty() && !of.is_empty() {
        let resource = view(&api_version, of)?.kind.full_name();
        into.push(Found { name: format!("no {of}"), version: version(&api_version), resource, object: None });
    }
    for mut item in items {
        // The items of a typed list do not repeat its type.
        if let (Some(fields), false) = (item.as_object_mut(), of.is_empty()) {
            fields.entry("apiVersion").or_insert_with(|| Value::from(api_version.as_str()));
            fields.entry("kind").or_insert_with(|| Value::from(of));
        }
        take(item, into)?;
    }
    Ok(())
}

fn view(api_version: &str, kind: &str) -> Result<&'static KnownView> {
    known_views::of_kind(api_version, kind).with_context(|| {
        let kinds: Vec<_> = known_views::ALL.iter().map(|known| known.kind.kind).collect();
        format!(
            "no view reads {kind} of {api_version}; there are views of {}; a new one is a file in suites/view/src, \
             listed in suites/view/src/known_views.rs",
            kinds.join(", ")
        )
    })
}

fn object(known: &KnownView, api_version: &str, object: Value) -> Result<Found> {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    let (namespace, short) = (text("namespace"), text("name"));
    let kind = known.kind.kind;
    if short.is_empty() {
        bail!("a {kind} has no `metadata.name`");
    }
    if namespace.is_empty() == known.kind.namespaced {
        let is = if known.kind.namespaced { "needs a" } else { "has no" };
        bail!("{kind} {short}: an object of this kind {is} `metadata.namespace`");
    }
    let name =
        if namespace.is_empty() { format!("{kind} {short}") } else { format!("{kind} {namespace}/{short}") };
    let resource = known.kind.full_name();
    let object =
        known.recorded(object).with_context(|| format!("{name} does not have the shape of its kind"))?;
    Ok(Found { resource, version: version(api_version), name, object: Some(object) })
}

fn version(api_version: &str) -> String {
    api_version.rsplit('/').next().unwrap_or_default().to_owned()
}
