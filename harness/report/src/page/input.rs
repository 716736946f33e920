//! What a page is made from: the record, the cards of the checks, and what each check was given.

use crate::page::given::{GivenToCheck, given};
use crate::run_record::RunRecord;
use record::{Attachment, Observations};
use std::collections::BTreeMap;
use vocabulary::CheckCard;

/// What is shown of a check beyond its outcome.
#[derive(Debug, Clone, Copy)]
pub struct CheckEvidence<'a> {
    /// The answers on which it was judged.
    pub observations: &'a Observations,
    /// What was collected when it was not upheld.
    pub attachments: &'a [Attachment],
}

/// What a page is made from.
pub(crate) struct PageInput<'a> {
    pub(crate) record: &'a RunRecord,
    pub(crate) checks: &'a [&'a CheckCard],
    pub(crate) seen: BTreeMap<&'a str, GivenToCheck>,
    pub(crate) attachments: BTreeMap<&'a str, &'a [Attachment]>,
}

impl<'a> PageInput<'a> {
    pub(crate) fn new(
        record: &'a RunRecord,
        checks: &'a [&'a CheckCard],
        shown: &'a BTreeMap<String, CheckEvidence<'a>>,
    ) -> Self {
        let seen = shown.iter().map(|(id, shown)| (id.as_str(), given(shown.observations))).collect();
        let attachments = shown.iter().map(|(id, shown)| (id.as_str(), shown.attachments)).collect();
        Self { record, checks, seen, attachments }
    }
}
