//! Evidence: what is collected on the cluster at the moment at which a check goes wrong, before anything is cleaned up.
//!
//! It is for the person who looks for the cause afterwards, when the pods are gone: what happened to the objects that are
//! concerned, how their containers are, what these logged while the check ran, and how the proxies on the way were
//! configured. Collecting never changes a verdict and is never an error of the run: what could not be had is a line of
//! the index. What a mesh is, and where its proxies tell of themselves, is known to the suites: see [`Witnesses`].

mod bounds;
mod collect;
mod concern;
mod containers;
mod events;
mod folder;
mod involved;
mod lists;
mod logs;
mod objects;
mod shared;
mod source;

pub(crate) use collect::Evidence;
pub(crate) use concern::Concern;

use crate::check::Check;
use crate::finding::Finding;
use crate::inputs::Inputs;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A document that was collected when a check went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its path, relative to the run's folder.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// Its text, without secrets. It is kept in a file of its own.
    #[serde(skip)]
    pub text: String,
    /// What was left out of it, if something was.
    pub cut: Option<String>,
}

/// The name of a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl PodName {
    /// The name that an object says of itself.
    pub fn of(pod: &Value) -> Self {
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        Self { namespace: text("namespace"), name: text("name") }
    }
}

impl fmt::Display for PodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// What is known of a check that went wrong, as the API server returned it.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The check.
    pub check: &'static Check,
    /// The inputs.
    pub inputs: &'a Inputs,
    /// What it found.
    pub findings: &'a [Finding],
    /// The objects that the findings name, as far as they are there. Of Secrets and ConfigMaps only their metadata.
    pub objects: &'a [Value],
    /// The pods of all namespaces that are concerned.
    pub pods: &'a [Value],
}

/// A question to a port of a pod: a document that tells how things are, and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The port.
    pub port: u16,
    /// The path and query of the GET request.
    pub path: &'static str,
    /// The name of the file that is made of the answer.
    pub file: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
}

/// What the suites know of evidence: which pods can tell something, and what they are asked.
#[derive(Debug, Clone, Copy)]
pub struct Witnesses {
    /// The namespaces that a check concerns beyond those of its findings, its places and what it sent to.
    pub namespaces: fn(&Check, &Inputs) -> Vec<String>,
    /// The pods that it concerns beyond those, each with the reason.
    pub concerned: fn(&Scene<'_>) -> Vec<(PodName, &'static str)>,
    /// What a pod that is concerned is asked.
    pub asked: fn(&Check, &Value) -> &'static [Ask],
}

impl Witnesses {
    /// Nothing is known.
    pub const NONE: Self =
        Self { namespaces: |_, _| Vec::new(), concerned: |_| Vec::new(), asked: |_, _| &[] };
}
