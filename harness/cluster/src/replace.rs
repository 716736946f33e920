//! Objects as wholes: read, created and replaced, for faults and for their undo, which puts back exactly what was there.
//!
//! An installation says which fields it wants, by server-side apply. An undo wants the object as it was, and no field more.

use crate::answer::ApiServerError;
use crate::kinds::{Kinds, gvk, ref_of};
use crate::retry::{sent, sent_once};
use kube::api::{Api, DynamicObject, PostParams};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use thiserror::Error;
use vocabulary::ObjectRef;

/// The field manager of a fault's changes.
const MANAGER: &str = "meshproof-fault";
/// How often an object is read and changed anew, when others change it in between.
const TIMES: usize = 8;

/// Where an object is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectId {
    /// The version of its API.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl ObjectId {
    /// The address of an object.
    pub fn of(object: &Value) -> Self {
        let ObjectRef { kind, namespace, name } = ref_of(object);
        let api_version = object["apiVersion"].as_str().unwrap_or_default().to_owned();
        Self { api_version, kind, namespace, name }
    }

    /// The object's name for a person.
    pub fn object_ref(&self) -> ObjectRef {
        ObjectRef { kind: self.kind.clone(), namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// The interface to its resource.
    pub async fn api(&self, kinds: &Kinds) -> Result<Api<DynamicObject>, ReplaceError> {
        let api = kinds.api(&gvk(&self.api_version, &self.kind), self.namespace.as_deref()).await;
        api.map_err(|error| self.refused("find", error))?
            .ok_or_else(|| ReplaceError::NotServed { object: self.object_ref() })
    }

    fn refused(&self, action: &'static str, error: kube::Error) -> ReplaceError {
        ReplaceError::Refused { action, object: self.object_ref(), source: error.into() }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object_ref().fmt(f)
    }
}

/// An object could not be read or written.
#[derive(Debug, Error)]
pub enum ReplaceError {
    /// The API server does not serve its kind.
    #[error("could not find {object}: the API server does not serve its kind")]
    NotServed {
        /// The object.
        object: ObjectRef,
    },
    /// The API server refused.
    #[error("could not {action} {object}")]
    Refused {
        /// What was asked for.
        action: &'static str,
        /// The object.
        object: ObjectRef,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// It is not an object.
    #[error("could not write {object} as JSON")]
    Json {
        /// The object.
        object: ObjectRef,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Others changed it each time that it was read.
    #[error("could not replace {object}: others change it all the time")]
    Contended {
        /// The object.
        object: ObjectRef,
    },
}

/// Reads an object. `None`: it is not there, or its kind is not served.
pub async fn read(kinds: &Kinds, address: &ObjectId) -> Result<Option<Value>, ReplaceError> {
    let api = match address.api(kinds).await {
        Err(ReplaceError::NotServed { .. }) => return Ok(None),
        api => api?,
    };
    let live = api.get_opt(&address.name).await;
    // The kind was served when it was last asked for.
    let live = match live {
        Err(kube::Error::Api(status)) if status.code == 404 => None,
        live => live.map_err(|error| address.refused("read", error))?,
    };
    live.map(|live| to_value(address, &live)).transpose()
}

/// Creates an object as it is given, with its status.
#[expect(
    clippy::disallowed_methods,
    reason = "an undo puts back a whole object, which may have to be absent"
)]
pub async fn create(kinds: &Kinds, object: &Value) -> Result<Value, ReplaceError> {
    let address = ObjectId::of(object);
    let api = address.api(kinds).await?;
    let sent_object = from_value(&address, object)?;
    let created = sent_once(async || api.create(&params(), &sent_object).await).await;
    to_value(&address, &created.map_err(|error| address.refused("create", error))?)
}

/// Changes an object: reads it, and replaces it and its status where `change` made them differ. Whether they did.
pub async fn read_modify_replace<E: From<ReplaceError>>(
    kinds: &Kinds,
    address: &ObjectId,
    change: impl Fn(&mut Value) -> Result<(), E>,
) -> Result<bool, E> {
    for _ in 0..TIMES {
        let missing = || ReplaceError::Refused {
            action: "read",
            object: address.object_ref(),
            source: ApiServerError::Status { message: "not found".to_owned(), code: 404 },
        };
        let live = read(kinds, address).await?.ok_or_else(missing)?;
        let mut wanted = live.clone();
        change(&mut wanted)?;
        if wanted == live {
            return Ok(false);
        }
        match replace(kinds, address, &live, &wanted).await {
            Err(ReplaceError::Refused { source: ApiServerError::Status { code: 409, .. }, .. }) => {}
            replaced => return Ok(replaced?),
        }
    }
    Err(ReplaceError::Contended { object: address.object_ref() }.into())
}

#[expect(
    clippy::disallowed_methods,
    reason = "an undo puts back a whole object, and takes away what it had not"
)]
async fn replace(
    kinds: &Kinds,
    address: &ObjectId,
    live: &Value,
    wanted: &Value,
) -> Result<bool, ReplaceError> {
    let api = address.api(kinds).await?;
    let version = |object: &Value| object["metadata"]["resourceVersion"].clone();
    let mut object = wanted.clone();
    object["metadata"]["resourceVersion"] = version(live);
    let whole = from_value(address, &object)?;
    let replaced = sent(async || api.replace(&address.name, &params(), &whole).await).await;
    let replaced = to_value(address, &replaced.map_err(|error| address.refused("replace", error))?)?;
    let is_changed = version(&replaced) != version(live);
    if wanted.get("status") == replaced.get("status") || wanted.get("status").is_none() {
        return Ok(is_changed);
    }
    Ok(put_status(kinds, &replaced, &wanted["status"]).await? || is_changed)
}

/// Replaces what is said of an object, through its subresource. Whether that changed anything.
pub async fn put_status(kinds: &Kinds, live: &Value, status: &Value) -> Result<bool, ReplaceError> {
    let address = ObjectId::of(live);
    let api = address.api(kinds).await?;
    let mut object = live.clone();
    object["status"] = status.clone();
    let whole = from_value(&address, &object)?;
    let replaced = sent(async || api.replace_status(&address.name, &params(), &whole).await).await;
    let replaced =
        to_value(&address, &replaced.map_err(|error| address.refused("replace the status of", error))?)?;
    Ok(replaced["metadata"]["resourceVersion"] != live["metadata"]["resourceVersion"])
}

fn params() -> PostParams {
    PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() }
}

fn from_value(address: &ObjectId, object: &Value) -> Result<DynamicObject, ReplaceError> {
    serde_json::from_value(object.clone())
        .map_err(|source| ReplaceError::Json { object: address.object_ref(), source })
}

/// The object as JSON; of one that is read the API server leaves out neither version nor kind.
fn to_value(address: &ObjectId, object: &DynamicObject) -> Result<Value, ReplaceError> {
    serde_json::to_value(object).map_err(|source| ReplaceError::Json { object: address.object_ref(), source })
}
