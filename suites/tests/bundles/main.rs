//! Bundles that anybody sends: whatever is in one, it is one error or a judgement, and never a panic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod base;
mod fuzz;
mod mutate;
mod version_1;

use base::{Base, FULL, SMALL, wait};
use mutate::{Change, body, sealed, sealed_body, tar_of};
use proptest::collection::vec;
use proptest::prelude::*;
use record::Recording;
use record::bundle::{self, BundleEntries, BundleError};
use run::replay::BundledRun;
use serde_json::Value;
use vocabulary::chain;

/// The error in one line.
pub(crate) fn one_line(error: &BundleError) {
    let text = chain(error);
    assert!(!text.is_empty() && !text.contains('\n') && text.len() < 1000, "{text}");
}

/// Reads and judges. Whether it came to that.
pub(crate) fn judged(entries: BundleEntries, base: &Base) -> bool {
    let replay = match BundledRun::from_entries(entries) {
        Ok(replay) => replay,
        Err(error) => {
            one_line(&error);
            return false;
        }
    };
    match wait(replay.judge(&base.suites, 0)) {
        Ok(replayed) => {
            let folder = tempfile::tempdir().unwrap();
            // The reports are made of what was sent, too.
            for error in replayed.write(folder.path(), &base.suites).unwritten() {
                assert!(!chain(error).contains('\n'), "{}", chain(error));
            }
            true
        }
        Err(error) => {
            assert!(!chain(&error).contains('\n'), "{}", chain(&error));
            false
        }
    }
}

/// The entries with another JSON document in one of them.
pub(crate) fn with_json(base: &Base, entry: &str, change: impl FnOnce(&mut Value)) -> BundleEntries {
    let mut entries = base.entries.clone();
    let mut value = serde_json::from_slice(&entries[entry]).unwrap();
    change(&mut value);
    entries.insert(entry.to_owned(), value.to_string().into_bytes());
    entries
}

/// The entries with another line in the journal.
pub(crate) fn with_line(base: &Base, line: usize, change: impl FnOnce(&mut Value)) -> BundleEntries {
    let mut entries = base.entries.clone();
    let text = String::from_utf8(entries[bundle::JOURNAL].clone()).unwrap();
    let mut lines: Vec<_> = text.lines().map(ToOwned::to_owned).collect();
    let at = line % lines.len();
    let mut value = serde_json::from_str(&lines[at]).unwrap();
    change(&mut value);
    lines[at] = value.to_string();
    entries.insert(bundle::JOURNAL.to_owned(), lines.join("\n").into_bytes());
    entries
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    vec(any::<Change>(), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_are_refused(changes in changes()) {
        let mut bytes = SMALL.bytes.clone();
        for change in changes { mutate::bytes(&mut bytes, change); }
        prop_assume!(bytes != SMALL.bytes);
        one_line(&bundle::decode(&bytes).unwrap_err());
    }

    #[test]
    fn any_bytes_are_refused(bytes in vec(any::<u8>(), 0..2000)) {
        one_line(&bundle::decode(&bytes).unwrap_err());
        one_line(&bundle::decode(&sealed_body(&bytes)).unwrap_err());
        one_line(&bundle::decode(&sealed(&bytes)).unwrap_err());
    }

    #[test]
    fn changed_archive_is_one_error_or_a_judgement(changes in changes()) {
        let mut content = tar_of(&SMALL.bytes);
        for change in changes { mutate::bytes(&mut content, change); }
        match bundle::decode(&sealed(&content)) {
            Ok(entries) => drop(judged(entries, &SMALL)),
            Err(error) => one_line(&error),
        }
    }

    #[test]
    fn changed_stream_is_one_error(changes in changes()) {
        let mut stream = body(&SMALL.bytes).to_vec();
        for change in changes { mutate::bytes(&mut stream, change); }
        if let Err(error) = bundle::decode(&sealed_body(&stream)) {
            one_line(&error);
        }
    }

    #[test]
    fn changed_recording_is_one_error_or_a_judgement(changes in changes()) {
        let entries = with_json(&SMALL, bundle::RECORDING, |recording| {
            for change in changes { mutate::json(recording, change); }
        });
        if let Err(error) = Recording::parse(&entries[bundle::RECORDING]) {
            one_line(&error.into());
        }
        judged(entries, &SMALL);
    }

    #[test]
    fn changed_content_is_judged(changes in changes()) {
        let entries = with_json(&SMALL, bundle::RECORDING, |recording| {
            for change in changes { mutate::content(recording, change); }
        });
        judged(entries, &SMALL);
    }

    #[test]
    fn changed_journal_is_one_error_or_a_judgement(line in any::<usize>(), changes in changes()) {
        let entries = with_line(&SMALL, line, |event| {
            for change in changes { mutate::json(event, change); }
        });
        judged(entries, &SMALL);
    }
}

#[test]
fn bundle_of_all_checks_is_judged() {
    assert!(judged(FULL.entries.clone(), &FULL));
    assert_eq!(bundle::decode(&sealed(&tar_of(&FULL.bytes))).unwrap(), FULL.entries);
}
