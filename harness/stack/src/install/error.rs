//! Why the stack could not be installed or removed.

use crate::install::container::ContainerError;
use crate::install::objects::ObjectsError;
use crate::install::unmet_condition::UnmetConditionError;
use crate::pki::error::PkiError;
use crate::program::ProgramError;
use cluster::apply::ApplyError;
use cluster::delete::DeleteError;
use cluster::state::StateError;
use fixtures::FixtureError;
use thiserror::Error;

/// The stack could not be installed or removed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// A step failed.
    #[error("step `{title}` failed")]
    Step {
        /// Its title.
        title: String,
        /// Why.
        #[source]
        source: Box<StepError>,
    },
    /// The fixtures of the stack are broken.
    #[error("could not read the stack")]
    Stack(#[from] FixtureError),
    /// A `step.yaml` does not have its shape.
    #[error("could not read the step `{name}`")]
    Spec {
        /// Its name.
        name: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// Some steps would never start.
    #[error(
        "these steps of the stack would never start, since what they come after is no step, or waits for them: {0}"
    )]
    NeverDue(String),
    /// Another stack is on the cluster.
    #[error(
        "the stack of the flavour `{installed}` is installed there, and that of `{asked}` cannot go beside it"
    )]
    OtherFlavour {
        /// What is installed.
        installed: String,
        /// What was asked for.
        asked: String,
    },
    /// The nodes of the cluster could not be listed.
    #[error("could not list the cluster's nodes")]
    Nodes(#[source] kube::Error),
    /// There is no stack for this flavour.
    #[error("there is no stack to install for the flavour `{0}`")]
    NoStack(String),
    /// Certificates could not be made.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// The state of the cluster on this machine could not be written.
    #[error(transparent)]
    State(#[from] StateError),
}

/// A step could not be done or undone.
#[derive(Debug, Error)]
pub enum StepError {
    /// Its objects could not be put together.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// An object was refused.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An object could not be removed.
    #[error(transparent)]
    Delete(#[from] DeleteError),
    /// Its container could not be started or removed.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The state of the cluster on this machine could not be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The kinds that it defines are not served.
    #[error("the kinds that it defines are not served; last seen: {last_seen}")]
    Definitions {
        /// What was seen last.
        last_seen: String,
    },
    /// Its budget ended before all its objects were written.
    #[error("not all of it was written within {budget}")]
    TimeEnded {
        /// The budget.
        budget: humantime::Duration,
    },
    /// A condition that ends it was not met.
    #[error(transparent)]
    Unmet(#[from] UnmetConditionError),
}

impl InstallError {
    /// What a person does about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Step { source, .. } => source.hint(),
            Self::NoStack(_) => "leave `flavour` at `auto`, or name `upstream` or `ossm2`".to_owned(),
            Self::OtherFlavour { .. } => {
                "remove it with `meshproof uninstall`, or begin anew with `meshproof up --fresh`".to_owned()
            }
            Self::Nodes(_) => "see that the cluster answers, and install again".to_owned(),
            Self::Pki(_) | Self::State(_) => {
                "make the state folder writable, or name another with `XDG_STATE_HOME`".to_owned()
            }
            Self::Stack(_) | Self::Spec { .. } | Self::NeverDue(_) => {
                "report this: the fixtures are part of meshproof".to_owned()
            }
        }
    }
}

impl StepError {
    fn hint(&self) -> String {
        let program = |error: &ProgramError| match error {
            ProgramError::NotFound { program } => {
                format!("install {0}, or name its path in `tools` of `meshproof.toml`", program.display())
            }
            _ => "run the command by hand to see all that it says".to_owned(),
        };
        match self {
            Self::Objects(ObjectsError::Program(error)) | Self::Container(ContainerError::Engine(error)) => {
                program(error)
            }
            Self::Objects(
                ObjectsError::Fetch { .. } | ObjectsError::File { .. } | ObjectsError::Syntax { .. },
            ) => "name a file or an https address with `install.knative_operator_manifest`".to_owned(),
            Self::Container(ContainerError::Start { .. }) => {
                "name an image that the engine has or can pull with `install.kafka_image`".to_owned()
            }
            Self::Unmet(UnmetConditionError::Ended { .. })
            | Self::TimeEnded { .. }
            | Self::Definitions { .. } => {
                "repair what was seen last and install again: what is done already stays; \
                 on a slow machine raise `budget_factor`"
                    .to_owned()
            }
            _ => "repair the cause and install again: what is done already stays".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn failed_step_tells_what_was_seen_last() {
        let source = UnmetConditionError::Ended {
            budget: Duration::from_mins(5).into(),
            condition: "KnativeServing knative-serving/knative-serving to be Ready".to_owned(),
            last_seen: "KnativeServing knative-serving/knative-serving: DeploymentsAvailable is False (Waiting on \
                        deployments: webhook); pod webhook-7d9, container webhook: ImagePullBackOff (Back-off pulling \
                        image \"webhook:nope\")"
                .to_owned(),
        };
        let source = Box::new(StepError::from(source));
        let error = InstallError::Step { title: "Knative Serving".to_owned(), source };
        insta::assert_snapshot!(format!("{}\nhint: {}", vocabulary::chain(&error), error.hint()));
    }

    #[test]
    fn refused_object_is_named_with_the_answer() {
        let status = kube::core::Status::failure("spec.ports[3]: Duplicate value", "Invalid").with_code(422);
        let object = vocabulary::ObjectRef::namespaced("ServiceEntry", "knative-eventing", "kafka-cluster");
        let source = kube::Error::Api(Box::new(status));
        let source = StepError::Apply(ApplyError::Refused { object, source: source.into() });
        let error =
            InstallError::Step { title: "ServiceEntry of Kafka".to_owned(), source: Box::new(source) };
        insta::assert_snapshot!(format!("{}\nhint: {}", vocabulary::chain(&error), error.hint()));
    }
}
