//! The vocabulary of a check: what it proves, where that is required, what it needs and how it can fail.

use crate::context::Context;
use crate::error::HarnessError;
use crate::finding::Verdict;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The future that a check's `run` returns.
pub type CheckFuture<'a> = Pin<Box<dyn Future<Output = Result<Verdict, HarnessError>> + Send + 'a>>;

/// One file that proves one requirement.
#[derive(Debug)]
pub struct Check {
    /// The module path below the suites: `<suite>::<area>::<behaviour>`.
    pub id: &'static str,
    /// The behaviour in at most 60 characters, true when the check passes.
    pub title: &'static str,
    /// The text of the check's own file; its module text is what `explain` and the check's page print.
    pub text: &'static str,
    /// The sentence that is proven, its level and where it is written.
    pub requirement: Requirement,
    /// How much the check does to a cluster.
    pub tier: Tier,
    /// The flavours in which the requirement is read; empty means all.
    pub flavours: &'static [Flavour],
    /// What a cluster must offer for the check to run.
    pub needs: &'static [Capability],
    /// The places of the base that it sends from or to; see `base`.
    pub places: &'static [&'static str],
    /// The time that the check may take, before the run's budget factor.
    pub budget: Duration,
    /// What an operator changes, with the field.
    pub remediation: &'static str,
    /// Every finding that the check can report.
    pub findings: &'static [FindingKind],
    /// Ids that the check had before.
    pub formerly: &'static [&'static str],
    /// The check's body.
    pub run: for<'a> fn(&'a Context) -> CheckFuture<'a>,
}

impl Check {
    /// The first part of the id.
    pub fn suite(&self) -> &'static str {
        self.id.split("::").next().unwrap_or(self.id)
    }

    /// The module text: what is read, and why it is judged that way.
    pub fn about(&self) -> String {
        let lines: Vec<_> = self.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// The id as a relative path, which holds for code, fixtures and documents alike.
    pub fn path(&self) -> String {
        self.id.replace("::", "/")
    }
}

/// The sentence of a specification that a check proves.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// How binding the sentence is. The only place where that is said.
    pub level: Level,
    /// One sentence, in our words, without a level word.
    pub statement: &'static str,
    /// A document and its section, or a URL with an anchor.
    pub source: &'static str,
    /// The first product release to which it applies.
    pub since: &'static str,
}

/// How binding a requirement is (RFC 2119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A violation fails the run.
    Must,
    /// A violation is a warning.
    Should,
    /// A violation is noted.
    May,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        })
    }
}

/// How much a check does to a cluster. A live cluster gets `Read` unless more is allowed.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Reads objects and changes nothing.
    Read,
    /// Creates its own namespaces and pods and sends requests.
    Traffic,
    /// Changes what others use.
    Disruptive,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Traffic => "traffic",
            Self::Disruptive => "disruptive",
        })
    }
}

/// The name of a family of products in which the requirements are read the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flavour(pub &'static str);

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a cluster must offer for a check to run. The word is printed in the reason of a skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Capability {
    /// One word in camel case: `Knative`, `Traffic`.
    pub name: &'static str,
    /// What is missing when it is missing, and what to do about it.
    pub hint: &'static str,
}

/// What controllers write of an object is there to be judged. Manifests have none of it.
pub const STATUS: Capability = Capability {
    name: "Status",
    hint: "judge a cluster, or files that hold status: `kubectl get -o yaml`, a must-gather",
};

/// It is known which kinds the API server serves. Files tell it by the definitions among them.
pub const DISCOVERY: Capability = Capability {
    name: "Discovery",
    hint: "judge a cluster, or add the definitions to the files: `kubectl get customresourcedefinitions -o yaml`",
};

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The name of one way to violate a requirement: what was seen, in kebab case.
pub type FindingCode = &'static str;

/// A finding that a check can report.
#[derive(Debug, Clone, Copy)]
pub struct FindingKind {
    /// Its name.
    pub code: FindingCode,
    /// One sentence: what it means when it is reported.
    pub meaning: &'static str,
}
