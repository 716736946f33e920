//! Writing an object: server-side apply, always, under one field manager.
//!
//! Some fields of what is applied are later filled in by a controller (a webhook's `caBundle`, an aggregated role's
//! `rules`). A field that one of the controllers named in `yield_to` holds is left out, so that applying twice changes
//! nothing; every other field is taken back from whoever changed it.

use crate::answer::ApiServerError;
use crate::fields::{seen_through, without};
use crate::kinds::{Kinds, ref_of};
use crate::retry::sent;
use kube::api::{Api, DynamicObject, Patch, PatchParams};
use serde_json::{Value, json};
use thiserror::Error;
use vocabulary::ObjectRef;

/// The field manager of everything that meshproof writes.
pub const MANAGER: &str = "meshproof";
/// The label of an object that was not there before it was applied.
pub const MADE_LABEL: &str = "meshproof/made";
/// The annotation that keeps what an object which was already there held in the fields that were applied.
pub const BEFORE_ANNOTATION: &str = "meshproof/before";

/// An object could not be written.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// The API server does not serve its kind.
    #[error("could not apply {object}: the API server does not serve its kind")]
    NotServed {
        /// The object.
        object: ObjectRef,
    },
    /// The API server refused it.
    #[error("could not apply {object}")]
    Refused {
        /// The object.
        object: ObjectRef,
        /// Why.
        #[source]
        source: ApiServerError,
    },
}

/// What applying an object did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectChange {
    /// The object was not there.
    Created,
    /// It was there, and differed.
    Changed,
    /// It was there already, as wanted.
    Unchanged,
}

/// Applies one object.
pub async fn apply(kinds: &Kinds, object: &Value, yield_to: &[String]) -> Result<ObjectChange, ApplyError> {
    let name = ref_of(object);
    let refused = |error: kube::Error| ApplyError::Refused { object: name.clone(), source: error.into() };
    let Some(api) = kinds.api_of(object).await.map_err(refused)? else {
        return Err(ApplyError::NotServed { object: name });
    };
    let live = api.get_opt(&name.name).await.map_err(refused)?;
    let intent = intent(object, live.as_ref(), yield_to);
    let applied = write(&api, &name.name, &intent).await.map_err(refused)?;
    Ok(match live {
        None => ObjectChange::Created,
        Some(live) if is_untouched(&live, &applied) => ObjectChange::Unchanged,
        Some(_) => ObjectChange::Changed,
    })
}

/// Applies an object that is ours alone, and returns it as it is then.
pub async fn apply_owned(kinds: &Kinds, object: &Value) -> Result<DynamicObject, ApplyError> {
    let name = ref_of(object);
    let refused = |error: kube::Error| ApplyError::Refused { object: name.clone(), source: error.into() };
    let Some(api) = kinds.api_of(object).await.map_err(refused)? else {
        return Err(ApplyError::NotServed { object: name });
    };
    write(&api, &name.name, object).await.map_err(refused)
}

/// Sends an apply. Whoever else holds one of the fields loses it.
pub(super) async fn write(
    api: &Api<DynamicObject>,
    name: &str,
    intent: &Value,
) -> Result<DynamicObject, kube::Error> {
    let params = PatchParams::apply(MANAGER).force();
    let intent = Patch::Apply(intent);
    sent(|| api.patch(name, &params, &intent)).await
}

/// The object as it is sent: without what others hold, and with the mark of where it comes from.
fn intent(object: &Value, live: Option<&DynamicObject>, yield_to: &[String]) -> Value {
    let mut intent = object.clone();
    let Some(live) = live else {
        intent["metadata"]["labels"][MADE_LABEL] = json!("true");
        return intent;
    };
    for entry in live.metadata.managed_fields.iter().flatten() {
        let holder = entry.manager.as_deref().unwrap_or_default();
        if let Some(held) = entry.fields_v1.as_ref().filter(|_| yield_to.iter().any(|name| name == holder)) {
            without(&mut intent, &held.0);
        }
    }
    if live.metadata.labels.iter().flatten().any(|(key, _)| key == MADE_LABEL) {
        intent["metadata"]["labels"][MADE_LABEL] = json!("true");
    } else {
        let kept =
            live.metadata.annotations.as_ref().and_then(|annotations| annotations.get(BEFORE_ANNOTATION));
        let before = kept.cloned().unwrap_or_else(|| before(live, &intent));
        intent["metadata"]["annotations"][BEFORE_ANNOTATION] = json!(before);
    }
    intent
}

fn before(live: &DynamicObject, intent: &Value) -> String {
    serde_json::to_value(live).map(|live| seen_through(&live, intent)).unwrap_or_default().to_string()
}

/// Whether an apply changed nothing: the same version, or only others' changes in between.
fn is_untouched(live: &DynamicObject, applied: &DynamicObject) -> bool {
    fn ours(
        object: &DynamicObject,
    ) -> Option<&k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry> {
        object
            .metadata
            .managed_fields
            .iter()
            .flatten()
            .find(|entry| entry.manager.as_deref() == Some(MANAGER))
    }
    live.metadata.resource_version == applied.metadata.resource_version
        || ours(live).is_some() && ours(live) == ours(applied)
}

/// Whether an object carries a field that meshproof applied.
pub(super) fn is_managed(live: &DynamicObject) -> bool {
    live.metadata.managed_fields.iter().flatten().any(|entry| entry.manager.as_deref() == Some(MANAGER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(value: Value) -> DynamicObject {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn new_object_is_marked_as_made() {
        let sent = intent(&json!({"metadata": {"name": "a"}}), None, &[]);
        assert_eq!(sent, json!({"metadata": {"name": "a", "labels": {MADE_LABEL: "true"}}}));
    }

    #[test]
    fn made_object_stays_made() {
        let live = live(json!({"metadata": {"name": "a", "labels": {MADE_LABEL: "true"}}}));
        let sent = intent(&json!({"metadata": {"name": "a", "labels": {"x": "y"}}}), Some(&live), &[]);
        assert_eq!(sent["metadata"]["labels"], json!({"x": "y", MADE_LABEL: "true"}));
    }

    #[test]
    fn adopted_object_keeps_what_it_held_first() {
        let object = json!({"metadata": {"name": "a"}, "data": {"k": "ours"}});
        let first = intent(
            &object,
            Some(&live(json!({"metadata": {"name": "a"}, "data": {"k": "theirs", "l": "m"}}))),
            &[],
        );
        let before = r#"{"data":{"k":"theirs"},"metadata":{"name":"a"}}"#;
        assert_eq!(first["metadata"]["annotations"][BEFORE_ANNOTATION], before);

        let again = live(
            json!({"metadata": {"name": "a", "annotations": {BEFORE_ANNOTATION: before}}, "data": {"k": "ours"}}),
        );
        assert_eq!(intent(&object, Some(&again), &[])["metadata"]["annotations"][BEFORE_ANNOTATION], before);
    }

    #[test]
    fn held_field_is_yielded_to_its_controller_only() {
        let entry = |manager: &str, field: &str| json!({"manager": manager, "fieldsV1": {field: {}}});
        let live = live(json!({"metadata": {"name": "a", "labels": {MADE_LABEL: "true"},
            "managedFields": [entry("controller", "f:rules"), entry("kubectl-edit", "f:spec")]}}));
        let object = json!({"metadata": {"name": "a"}, "rules": [], "spec": 1});
        let sent = intent(&object, Some(&live), &["controller".to_owned()]);
        assert_eq!((sent.get("rules"), sent.get("spec")), (None, Some(&json!(1))));
    }
}
