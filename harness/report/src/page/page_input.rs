//! What a page is made from: the record, the cards of the checks, and what each check was given.
//!
//! No other file of the page knows how observations are kept.

use crate::check_evidence::CheckEvidence;
use crate::page::observed_objects::ObservedObjects;
use crate::run_record::{CheckRecord, RunRecord, suite_of};
use record::{Attachment, Observations};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::CheckCard;

/// What a page is made from.
pub(crate) struct PageInput<'a> {
    pub(crate) record: &'a RunRecord,
    pub(crate) cards: &'a [&'a CheckCard],
    /// The objects that checks were given.
    pub(crate) objects: ObservedObjects<'a>,
    /// By the check's id.
    pub(crate) observations: BTreeMap<&'a str, PageObservations>,
    /// By the check's id.
    pub(crate) attachments: BTreeMap<&'a str, &'a [Attachment]>,
}

/// A check's name, wherever the page speaks of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CheckHeading {
    id: String,
    /// The name of its place in the page's address.
    anchor: String,
    suite: String,
    /// Absent where there is no such check any more.
    title: Option<&'static str>,
}

impl<'a> PageInput<'a> {
    pub(crate) fn new(
        record: &'a RunRecord,
        cards: &'a [&'a CheckCard],
        evidence: &'a BTreeMap<String, CheckEvidence<'a>>,
    ) -> Self {
        let mut objects = ObservedObjects::of(evidence.values().flat_map(|one| one.observations.kinds()));
        let observations = evidence
            .iter()
            .map(|(id, one)| (id.as_str(), PageObservations::new(one.observations, &mut objects)))
            .collect();
        let attachments = evidence.iter().map(|(id, one)| (id.as_str(), one.attachments)).collect();
        Self { record, cards, objects, observations, attachments }
    }

    /// The card of a check, unless there is no such check any more.
    pub(crate) fn card(&self, id: &str) -> Option<&'a CheckCard> {
        self.cards.iter().copied().find(|card| card.id == id)
    }

    /// The name of a check.
    pub(crate) fn heading(&self, check: &CheckRecord) -> CheckHeading {
        self.heading_of(&check.id)
    }

    /// The name of a check, by its id.
    pub(crate) fn heading_of(&self, id: &str) -> CheckHeading {
        CheckHeading {
            id: id.to_owned(),
            anchor: format!("check-{}", id.replace("::", ".")),
            suite: suite_of(id).to_owned(),
            title: self.card(id).map(|card| card.title),
        }
    }
}

/// What a check was given.
#[derive(Debug, Default)]
pub(crate) struct PageObservations {
    /// The places of its objects among those of all checks: of each question, in the order of the questions.
    pub(crate) objects: Vec<Arc<[usize]>>,
    /// What was sent, and what came of it, in order.
    pub(crate) exchanges: Vec<record::Exchange>,
    /// Lines of logs that were looked for.
    pub(crate) log_lines: Vec<ObservedLogLine>,
}

/// A line of a log that was looked for.
#[derive(Debug)]
pub(crate) struct ObservedLogLine {
    /// The container: `namespace/pod/container`.
    pub(crate) container: String,
    /// What the line contains.
    pub(crate) containing: String,
    /// The line, if it came.
    pub(crate) line: Option<String>,
}

impl PageObservations {
    fn new<'a>(observations: &'a Observations, objects: &mut ObservedObjects<'a>) -> Self {
        let log_line = |(container, containing, line): (&str, &str, Option<&str>)| ObservedLogLine {
            container: container.to_owned(),
            containing: containing.to_owned(),
            line: line.map(ToOwned::to_owned),
        };
        Self {
            objects: observations.kinds().iter().map(|kind| objects.places(kind)).collect(),
            exchanges: observations.exchanges(),
            log_lines: observations.lines().into_iter().map(log_line).collect(),
        }
    }
}
