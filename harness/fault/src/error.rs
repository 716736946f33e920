//! Why a fault could not be read, applied to a recording or injected into a cluster.

use cluster::delete::DeleteError;
use cluster::replace::ReplaceError;
use fixtures::FixtureError;
use stack::pki::PkiError;
use thiserror::Error;
use undo::ChangeError;

/// A fault could not be read, or does not fit what it is applied to.
#[derive(Debug, Error)]
pub enum FaultError {
    /// It is not YAML.
    #[error("the fault is not YAML")]
    Syntax(#[source] serde_yaml::Error),
    /// The YAML does not have the shape of a fault.
    #[error("the fault does not have the fields of a fault")]
    Shape(#[source] serde_json::Error),
    /// A placeholder has no value.
    #[error(transparent)]
    Placeholder(#[from] FixtureError),
    /// There is no such object.
    #[error("there is no {0} to change")]
    NoObject(String),
    /// The patch does not fit the object.
    #[error("the patch does not fit {object}")]
    Patch {
        /// The object.
        object: String,
        /// What did not fit.
        #[source]
        source: json_patch::PatchError,
    },
    /// The text to be replaced is not in the field.
    #[error("`{text}` is not in {field} of {object}")]
    NoText {
        /// The object.
        object: String,
        /// The field.
        field: String,
        /// The text.
        text: String,
    },
    /// The recording holds no objects of the resource of which one is to be created.
    #[error("the recording holds no {0}")]
    NoKind(String),
    /// The cluster is already as the fault would make it.
    #[error("{0} changes nothing")]
    ChangesNothing(String),
    /// The step cannot be applied to a recording.
    #[error("`{0}` cannot be done to a recording")]
    ClusterOnly(&'static str),
}

/// A fault could not be injected into a cluster.
#[derive(Debug, Error)]
pub enum InjectError {
    /// The fault does not fit the cluster.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// An object or a container could not be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A certificate could not be made.
    #[error(transparent)]
    Pki(#[from] PkiError),
}

impl InjectError {
    /// Who refused the change at admission, if somebody did.
    pub(crate) fn refused_at_admission_by(&self) -> Option<&str> {
        let answer = match self {
            Self::Change(
                ChangeError::Replace(ReplaceError::Refused { source, .. })
                | ChangeError::Delete(DeleteError::Refused { source, .. })
                | ChangeError::Orphan { source, .. },
            ) => source,
            Self::Change(_) | Self::Fault(_) | Self::Pki(_) => return None,
        };
        answer.refused_at_admission_by()
    }
}

impl From<ReplaceError> for InjectError {
    fn from(error: ReplaceError) -> Self {
        Self::Change(error.into())
    }
}

impl From<stack::install::HaltError> for InjectError {
    fn from(error: stack::install::HaltError) -> Self {
        Self::Change(error.into())
    }
}
