//! Removing what was applied: an object that was made is deleted, one that was there before gets its values back.

use crate::answer::ApiServerError;
use crate::apply::{BEFORE_ANNOTATION, MADE_LABEL, is_managed, write};
use crate::kinds::{Kinds, ref_of};
use crate::retry::sent;
use crate::wait::{self, Readiness};
use kube::api::{Api, DeleteParams, DynamicObject, Preconditions};
use serde_json::{Map, Value};
use thiserror::Error;
use tokio::time::Instant;
use vocabulary::ObjectRef;

/// An object could not be removed.
#[derive(Debug, Error)]
pub enum DeleteError {
    /// The API server refused.
    #[error("could not remove {object}")]
    Refused {
        /// The object.
        object: ObjectRef,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// What it held before the installation cannot be read any more.
    #[error(
        "could not put {object} back: its annotation `{BEFORE_ANNOTATION}`, which keeps what it held, is damaged"
    )]
    Damaged {
        /// The object.
        object: ObjectRef,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// It does not go.
    #[error("{object} is still there; last seen: {last_seen}")]
    Stays {
        /// The object.
        object: ObjectRef,
        /// What holds it.
        last_seen: String,
    },
}

/// What removing an object did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It was made by an installation, and is gone.
    Deleted,
    /// It was there before the installation, and holds again what it held.
    Restored,
    /// It is not there, or nothing of it was applied.
    Nothing,
}

/// Removes one object, and waits until it is gone.
pub async fn remove(kinds: &Kinds, object: &Value, deadline: Instant) -> Result<Removal, DeleteError> {
    let name = ref_of(object);
    let refused = |error: kube::Error| DeleteError::Refused { object: name.clone(), source: error.into() };
    let Some(api) = kinds.api_of(object).await.map_err(refused)? else { return Ok(Removal::Nothing) };
    let Some(live) = api.get_opt(&name.name).await.map_err(refused)? else { return Ok(Removal::Nothing) };
    if !is_managed(&live) {
        return Ok(Removal::Nothing);
    }
    if live.metadata.labels.iter().flatten().any(|(key, _)| key == MADE_LABEL) {
        delete(&api, &live, None, deadline).await?;
        return Ok(Removal::Deleted);
    }
    let restored =
        restored(object, &live).map_err(|source| DeleteError::Damaged { object: name.clone(), source })?;
    write(&api, &name.name, &restored).await.map_err(refused)?;
    Ok(Removal::Restored)
}

/// Deletes exactly this object, whoever made it, and waits until it is gone. With `grace`, it has so many seconds to end.
pub async fn delete(
    api: &Api<DynamicObject>,
    live: &DynamicObject,
    grace: Option<u32>,
    deadline: Instant,
) -> Result<(), DeleteError> {
    let object = ObjectRef {
        // none: for a message alone
        kind: live.types.as_ref().map(|types| types.kind.clone()).unwrap_or_default(),
        namespace: live.metadata.namespace.clone(),
        // none: for a message alone
        name: live.metadata.name.clone().unwrap_or_default(),
    };
    match request_deletion(api, live, grace).await {
        Ok(Deletion::Accepted) => {}
        Ok(Deletion::Gone) => return Ok(()),
        Err(error) => return Err(DeleteError::Refused { object, source: error.into() }),
    }
    let uid = live.metadata.uid.clone();
    let is_gone =
        |objects: &wait::WatchedObjects| match objects.values().find(|other| other.metadata.uid == uid) {
            None => Readiness::Ready,
            Some(other) => Readiness::Pending(holders(other)),
        };
    wait::await_readiness(api.clone(), wait::single_object(&object.name), deadline, is_gone, |_| {})
        .await
        .map_err(|error| DeleteError::Stays { object, last_seen: error.last_seen })
}

/// What the API server says to a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The object will be gone.
    Accepted,
    /// There is no object of that name, or another one: the one that was meant is gone.
    Gone,
}

/// Asks for the deletion of exactly this object, and does not wait for it. By its UID it may be asked for twice, so that is
/// repeated until it is answered.
pub async fn request_deletion(
    api: &Api<DynamicObject>,
    live: &DynamicObject,
    grace: Option<u32>,
) -> Result<Deletion, kube::Error> {
    let exactly = Preconditions { uid: live.metadata.uid.clone(), resource_version: None };
    let params = DeleteParams {
        preconditions: Some(exactly),
        grace_period_seconds: grace,
        ..DeleteParams::background()
    };
    // none: an object of an API server has a name
    let name = live.metadata.name.as_deref().unwrap_or_default();
    match sent(async || api.delete(name, &params).await).await {
        Ok(_) => Ok(Deletion::Accepted),
        Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => Ok(Deletion::Gone),
        Err(error) => Err(error),
    }
}

fn holders(object: &DynamicObject) -> String {
    // none: Kubernetes leaves an empty list out
    match object.metadata.finalizers.as_deref().unwrap_or_default() {
        [] => "being deleted".to_owned(),
        finalizers => format!("held by {}", finalizers.join(", ")),
    }
}

/// The object's identity with the values that it held before it was first applied: none where nothing is kept of them.
fn restored(object: &Value, live: &DynamicObject) -> Result<Value, serde_json::Error> {
    let kept = live.metadata.annotations.as_ref().and_then(|annotations| annotations.get(BEFORE_ANNOTATION));
    let before = kept.map_or_else(|| Ok(Map::new()), |text| serde_json::from_str(text))?;
    let mut restored = Value::Object(before);
    restored["apiVersion"] = object["apiVersion"].clone();
    restored["kind"] = object["kind"].clone();
    restored["metadata"]["name"] = object["metadata"]["name"].clone();
    if let Some(namespace) = object["metadata"].get("namespace") {
        restored["metadata"]["namespace"] = namespace.clone();
    }
    Ok(restored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::gvk;
    use http::{Request, Response};
    use http_body_util::{BodyExt, Full};
    use kube::client::Body;
    use kube::core::ApiResource;
    use rstest::rstest;
    use serde_json::json;
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Deletes a lamp where the API server answers with these codes. How often it was asked, always by the lamp's UID.
    async fn delete_where(codes: &'static [u16]) -> (Result<Deletion, kube::Error>, usize) {
        let asked = Arc::new(AtomicUsize::new(0));
        let number = Arc::clone(&asked);
        let service = tower::service_fn(move |request: Request<Body>| {
            let code = codes[number.fetch_add(1, Ordering::Relaxed)];
            async move {
                let sent = request.into_body().collect().await.unwrap().to_bytes();
                let sent: Value = serde_json::from_slice(&sent).unwrap();
                assert_eq!(sent["preconditions"]["uid"], "u");
                let status = json!({"kind": "Status", "status": "Failure", "code": code, "message": "m", "reason": "R"});
                let body = Full::new(bytes::Bytes::from(status.to_string()));
                Ok::<_, Infallible>(Response::builder().status(code).body(body).unwrap())
            }
        });
        let resource = ApiResource::from_gvk_with_plural(&gvk("fakes.test/v1", "Lamp"), "lamps");
        let api = Api::all_with(kube::Client::new(service, "default"), &resource);
        let lamp = serde_json::from_value(json!({"metadata": {"name": "a", "uid": "u"}})).unwrap();
        (request_deletion(&api, &lamp, None).await, asked.load(Ordering::Relaxed))
    }

    #[rstest]
    #[case::at_once(&[200], Some(Deletion::Accepted))]
    #[case::overloaded(&[503, 200], Some(Deletion::Accepted))]
    #[case::done_by_the_first_of_two(&[503, 404], Some(Deletion::Gone))]
    #[case::another_object_of_that_name(&[409], Some(Deletion::Gone))]
    #[case::refused(&[403], None)]
    #[tokio::test]
    async fn deletion_is_asked_for_until_it_is_answered(
        #[case] codes: &'static [u16],
        #[case] expected: Option<Deletion>,
    ) {
        let (deletion, asked) = delete_where(codes).await;
        assert_eq!((deletion.ok(), asked), (expected, codes.len()));
    }

    #[test]
    fn restored_object_holds_what_it_held() {
        let live = json!({"metadata": {"name": "a", "annotations": {BEFORE_ANNOTATION: r#"{"data":{"k":"theirs"}}"#}}, "data": {"k": "ours"}});
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}, "data": {"k": "ours"}});
        let expected = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}, "data": {"k": "theirs"}});
        assert_eq!(restored(&object, &serde_json::from_value(live).unwrap()).unwrap(), expected);
    }

    #[test]
    fn object_whose_former_values_are_damaged_is_no_empty_one() {
        for kept in ["{\"data\":", "[]", "null"] {
            let live = json!({"metadata": {"name": "a", "annotations": {BEFORE_ANNOTATION: kept}}});
            let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
            assert!(restored(&object, &serde_json::from_value(live).unwrap()).is_err(), "{kept}");
        }
    }
}
