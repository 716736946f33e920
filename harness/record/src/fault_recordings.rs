//! What checks were given while a fault was in a cluster: recorded once there, and judged again without it.
//!
//! What a fault makes of traffic cannot be told from objects, so nobody writes it by hand.

use crate::answer::CheckRecording;
use crate::content_store::ContentStore;
use crate::document_format::is_version_1;
use crate::observation::Observations;
use crate::recorder::ObservationRecorder;
use crate::recording::Recording;
use crate::recording_error::RecordingError;
use crate::version_1;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::TypeMeta;

/// The name and version of the format.
const KIND: &str = "FaultRecordings";
/// The format before this one, which is read, too.
const FORMAT_1: &str = "meshproof-fault-recordings/1";

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FaultRecordings {
    #[serde(flatten, skip_deserializing, default = "type_meta")]
    type_meta: TypeMeta,
    /// What checks were given, by the fault's id and the check's.
    faults: BTreeMap<String, BTreeMap<String, CheckRecording>>,
    #[serde(flatten)]
    store: ContentStore,
}

fn type_meta() -> TypeMeta {
    TypeMeta::of_kind(KIND)
}

impl Default for FaultRecordings {
    fn default() -> Self {
        Self { type_meta: type_meta(), faults: BTreeMap::new(), store: ContentStore::default() }
    }
}

impl FaultRecordings {
    /// Reads what was written as JSON.
    pub fn parse(text: &[u8]) -> Result<Self, RecordingError> {
        let is_version_1 = is_version_1(text, KIND, FORMAT_1)?;
        let mut faulted: Self = serde_json::from_slice(text)?;
        if let Some(digest) = faulted.store.damaged(faulted.faults.values().flat_map(BTreeMap::values)) {
            return Err(RecordingError::Damaged(digest));
        }
        if is_version_1 {
            version_1::upgrade(
                faulted.faults.values_mut().flat_map(BTreeMap::values_mut),
                &mut faulted.store,
            );
            faulted.forget_unused();
        }
        Ok(faulted)
    }

    /// Keeps what checks were given under a fault.
    pub fn keep<'a>(&mut self, fault: &str, given: impl IntoIterator<Item = (&'a str, &'a Observations)>) {
        let recorder = ObservationRecorder::default();
        given.into_iter().for_each(|(check, observations)| recorder.keep(check, observations));
        let (checks, store) = recorder.into_parts();
        self.put(fault, checks, &store);
    }

    /// Takes over the faults of another recording, instead of what is kept of them.
    pub fn merge_from(&mut self, other: &Self) {
        for (fault, checks) in &other.faults {
            self.put(fault, checks.clone(), &other.store);
        }
    }

    /// Forgets the faults that are not among these, and what only they refer to.
    pub fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        self.faults.retain(|fault, _| is_there(fault));
        self.forget_unused();
    }

    /// Forgets what no observation refers to any more.
    pub fn forget_unused(&mut self) {
        self.store.keep_used(self.faults.values().flat_map(BTreeMap::values));
    }

    /// Whether a fault was recorded.
    pub fn has(&self, fault: &str) -> bool {
        self.faults.contains_key(fault)
    }

    /// A recording of the healthy cluster as it is under a fault, with the checks that were recorded then.
    pub fn recording_under<'a>(
        &'a self,
        fault: &str,
        healthy: &Recording,
    ) -> Option<(Recording, impl Iterator<Item = &'a str> + use<'a>)> {
        let checks = self.faults.get(fault)?;
        Some((healthy.with_checks(checks, &self.store), checks.keys().map(String::as_str)))
    }

    pub(crate) fn parts_mut(
        &mut self,
    ) -> (&mut BTreeMap<String, BTreeMap<String, CheckRecording>>, &mut ContentStore) {
        (&mut self.faults, &mut self.store)
    }

    fn put(&mut self, fault: &str, checks: BTreeMap<String, CheckRecording>, store: &ContentStore) {
        for observed in checks.values() {
            self.store.copy_referenced(store, observed);
        }
        self.faults.insert(fault.to_owned(), checks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;
    use serde_json::{Value, json};

    #[test]
    fn answer_whose_list_is_not_there_is_noticed() {
        let recording = example::recording_of_objects("a::b::c", "gateways.x", vec![json!({"a": 1})]);
        let mut faulted = FaultRecordings::default();
        faulted.put("f", recording.checks.clone(), recording.content_store());
        let whole = serde_json::to_value(&faulted).unwrap();
        assert!(FaultRecordings::parse(whole.to_string().as_bytes()).is_ok());

        let mut without_lists = whole;
        without_lists["lists"] = Value::Object(serde_json::Map::new());
        let error = FaultRecordings::parse(without_lists.to_string().as_bytes()).unwrap_err();
        assert!(matches!(error, RecordingError::Damaged(_)), "{error}");
    }
}
