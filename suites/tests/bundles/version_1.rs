//! A bundle that version 1 wrote, of a run of the checks of `mtls`, `kafka` and `mesh` on the broken recording, is read and judged
//! as before.

use crate::base::wait;
use record::bundle;
use run::replay::BundledRun;
use serde_json::Value;

const BUNDLE: &[u8] = include_bytes!("version-1.tar.gz");

fn entry(name: &str) -> String {
    String::from_utf8(bundle::decode(BUNDLE).unwrap().remove(name).unwrap()).unwrap()
}

#[test]
fn its_spelling_is_that_of_version_1() {
    assert!(entry(bundle::RECORDING).contains("\"format\":\"meshproof-recording/1\""));
    assert!(
        entry(bundle::RECORDING).contains("\"took_us\"")
            && entry(bundle::JOURNAL).contains("\"duration_ms\"")
    );
}

#[test]
fn its_verdicts_are_those_of_its_run() {
    let run = BundledRun::from_entries(bundle::decode(BUNDLE).unwrap()).unwrap();
    let record = wait(run.judge(&suites::suites(), 0)).unwrap().record;
    // What a check says of the same verdict may be another today.
    let other = record.changed_verdicts.iter().filter(|one| one.recorded.word() != one.current.word());
    assert_eq!(other.map(|one| &one.check).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(record.summary.passed > 0 && record.summary.failed > 0, "{:?}", record.summary);
    assert_eq!((record.summary.errored, &record.interruption), (0, &None));
    assert!(record.duration_ms.is_some() && record.checks.iter().any(|check| check.duration_ms > 0));
}

#[test]
fn its_exchanges_are_spelled_as_those_of_today() {
    let run = BundledRun::from_entries(bundle::decode(BUNDLE).unwrap()).unwrap();
    let text = serde_json::to_string(run.recording()).unwrap();
    assert!(text.contains("\"tookUs\"") && !text.contains("\"took_us\""));
    let again = record::Recording::parse(text.as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(again).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
}

#[test]
fn damage_is_not_taken_for_an_old_spelling() {
    let recording = entry(bundle::RECORDING);
    let damaged = recording.replacen("\"took_us\":", "\"took_us\":1", 1);
    assert_ne!(recording, damaged);
    let error = record::Recording::parse(damaged.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
}
