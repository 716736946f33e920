//! Why no cluster can be used, and what a person does about it.

use crate::program::ProgramError;
use cluster::answer::ApiServerError;
use cluster::lock::LockError;
use cluster::state::StateError;
use std::path::PathBuf;
use thiserror::Error;

/// No cluster can be used.
#[derive(Debug, Error)]
pub enum ProviderError {
    /// The provider is `live`, and no context is named.
    #[error("no context is named, and the current one is never used")]
    NoContext {
        /// The contexts that the kubeconfig holds.
        known: Vec<String>,
    },
    /// The kubeconfig cannot be read.
    #[error("could not read the kubeconfig at `{path}`")]
    Kubeconfig {
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<kube::config::KubeconfigError>,
    },
    /// The kubeconfig has no such context.
    #[error("there is no context `{context}` in the kubeconfig at `{path}`")]
    UnknownContext {
        /// The context that was named.
        context: String,
        /// The kubeconfig.
        path: PathBuf,
        /// The contexts that it holds.
        known: Vec<String>,
    },
    /// No client can be made from the context.
    #[error("could not use {cluster}")]
    Unusable {
        /// The cluster, for a person.
        cluster: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The API server does not answer.
    #[error("the API server of {cluster} does not answer")]
    Unreachable {
        /// The cluster, for a person.
        cluster: String,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// The API server, or what stands before it, answers with an error.
    #[error("the API server of {cluster} answered {code}: {message}")]
    Answered {
        /// The cluster, for a person.
        cluster: String,
        /// The status code.
        code: u16,
        /// Its own words.
        message: String,
    },
    /// The API server refuses the caller.
    #[error("the API server of {cluster} refuses this user ({code})")]
    Refused {
        /// The cluster, for a person.
        cluster: String,
        /// The status code.
        code: u16,
    },
    /// A program that a provider runs is not installed.
    #[error("there is no program `{}`", program.display())]
    NoProgram {
        /// The name or path that was looked for.
        program: PathBuf,
    },
    /// The container engine does not answer.
    #[error("the container engine does not answer")]
    NoEngine {
        /// The error of its client.
        #[source]
        source: Box<ProgramError>,
    },
    /// A command of kind or of the engine failed.
    #[error(transparent)]
    Program(ProgramError),
    /// Meshproof did not make the cluster of that name.
    #[error("the kind cluster {cluster} is not one that meshproof made")]
    NotOurs {
        /// Its name.
        cluster: String,
    },
    /// The cluster could not be locked for a run.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// There is no such cluster.
    #[error("there is no kind cluster {cluster}")]
    NotMade {
        /// Its name.
        cluster: String,
    },
    /// The cluster could not be created. What there was of it is deleted.
    #[error("could not create {cluster}")]
    Create {
        /// The cluster, for a person.
        cluster: String,
        /// Why.
        #[source]
        source: Box<ProgramError>,
    },
    /// The cluster exists and does not work.
    #[error("{cluster} does not work: {reason}")]
    Broken {
        /// The cluster, for a person.
        cluster: String,
        /// What was seen.
        reason: String,
    },
    /// The state of the cluster on this machine could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The cluster's fixture is broken.
    #[error(transparent)]
    Fixture(#[from] fixtures::FixtureError),
}

impl From<ProgramError> for ProviderError {
    fn from(error: ProgramError) -> Self {
        match error {
            ProgramError::NotFound { program } => Self::NoProgram { program },
            error => Self::Program(error),
        }
    }
}

impl ProviderError {
    /// What a person does about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoContext { known } => format!("name one with `--context`: {}", list(known)),
            Self::Kubeconfig { .. } => "name a readable kubeconfig with `--kubeconfig`".to_owned(),
            Self::UnknownContext { known, .. } => format!("name one of these: {}", list(known)),
            Self::Unusable { .. } => {
                "check the user and cluster entries of the context; its exec plugin has to be on the PATH"
                    .to_owned()
            }
            Self::Unreachable { .. } => "check that the cluster runs and is reached from here".to_owned(),
            Self::Answered { .. } => {
                "check that the address of the context is that of an API server, and that it is healthy"
                    .to_owned()
            }
            Self::Refused { code: 401, .. } => {
                "log in again, or renew the credentials of the context".to_owned()
            }
            Self::NoProgram { program } => {
                format!("install {}, or name its path in `tools` of `meshproof.toml`", program.display())
            }
            Self::NoEngine { .. } => {
                "start the container engine, or let this user reach its socket; `--provider live` needs none"
                    .to_owned()
            }
            Self::Program(_) => "run the command by hand to see all that it says".to_owned(),
            Self::NotOurs { cluster } => format!(
                "name another with `kind.name`, or use this one as a live cluster: `--context kind-{cluster}`"
            ),
            Self::Lock(LockError::InUse { .. }) => {
                "wait until it has ended, or name another cluster with `kind.name`".to_owned()
            }
            Self::NotMade { .. } => "make it with `meshproof up`".to_owned(),
            Self::Create { .. } => {
                "check that the node image exists (`kind.node_image`) and that the engine has memory left"
                    .to_owned()
            }
            Self::Broken { .. } => "delete it and make it anew with `meshproof up --fresh`".to_owned(),
            Self::State(_) | Self::Lock(LockError::State(_)) => {
                "make the state folder readable and writable, or name another with `XDG_STATE_HOME`"
                    .to_owned()
            }
            Self::Fixture(_) => "report this: the fixtures are part of meshproof".to_owned(),
            Self::Refused { .. } => {
                "grant the user of the context the rights that `meshproof rbac` prints".to_owned()
            }
        }
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "(the kubeconfig holds no context)".to_owned() } else { names.join(", ") }
}

/// The error of a first request: whether the API server refuses this user, answers with an error, or does not answer.
pub fn first_request_error(cluster: String, error: kube::Error) -> ProviderError {
    if let kube::Error::Auth(_) = error {
        return ProviderError::Unusable { cluster, source: Box::new(error) };
    }
    match ApiServerError::from(error) {
        ApiServerError::Status { code: code @ (401 | 403), .. } => ProviderError::Refused { cluster, code },
        ApiServerError::Status { code, message } => ProviderError::Answered { cluster, code, message },
        source @ ApiServerError::None(_) => ProviderError::Unreachable { cluster, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    fn failed(command: &str, stderr: &str) -> ProgramError {
        let (command, stderr) = (command.to_owned(), stderr.to_owned());
        ProgramError::Failed { command, status: ExitStatus::from_raw(1 << 8), stderr }
    }

    #[test]
    fn api_server_that_says_500_does_answer() {
        let status = kube::core::Status::failure("conversion webhook is down: ", "").with_code(500);
        let error = first_request_error("context a".to_owned(), kube::Error::Api(Box::new(status)));
        let text = vocabulary::chain(&error);
        assert_eq!(text, "the API server of context a answered 500: conversion webhook is down");
    }

    #[test]
    fn every_trouble_with_kind_says_what_to_do() {
        let cluster = "meshproof".to_owned();
        let errors = [
            ProviderError::NoProgram { program: "kind".into() },
            ProviderError::NoEngine {
                source: failed("docker version", "Cannot connect to the Docker daemon").into(),
            },
            ProviderError::NotOurs { cluster: cluster.clone() },
            ProviderError::NotMade { cluster: cluster.clone() },
            ProviderError::Create {
                cluster: "kind cluster meshproof".to_owned(),
                source: failed("kind create cluster", "ERROR: failed to pull image \"kindest/node:v9\"")
                    .into(),
            },
            ProviderError::Broken {
                cluster: "kind cluster meshproof".to_owned(),
                reason: "connection refused".to_owned(),
            },
        ];
        let texts: Vec<_> = errors
            .iter()
            .map(|error| format!("{}\nhint: {}", vocabulary::chain(error), error.hint()))
            .collect();
        insta::assert_snapshot!(texts.join("\n\n"));
    }
}
