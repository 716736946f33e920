//! No secret reaches a disk: a thousand of them are planted in all that a run is given and in all that checks say, and
//! none is in what it wrote.
//!
//! Each place holds a text, too, that nobody can know to be secret. It is found there, so the search can fail.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod checks;
mod cluster;
mod plant;
mod planting;
mod search;
mod shapes;

use futures::FutureExt;
use inputs::InputLayers;
use planting::{LEAST, PLAIN, planting};
use record::RecordedAnswer;
use record::journal::{EventReader, RunEvent};
use report::terminal;
use run::diagnostics::DiagnosticsPlan;
use run::{Detection, Registry, RunSource, Session};
use search::{Search, written};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use vocabulary::{Flavour, Question};

struct Told(Arc<Mutex<String>>);

impl EventReader for Told {
    fn read(&mut self, event: &RunEvent) {
        self.0.lock().unwrap().extend([format!("{event:?}"), "\n".to_owned()]);
    }
}

/// Runs all checks, and returns all that was written and told.
async fn run(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    checks::PORT.get_or_init(cluster::serve);
    let suites = Registry {
        checks: checks::ALL.to_vec(),
        capabilities: |_| Vec::new(),
        detect: |_, _| {
            let evidence = "Deployment mesh/istiod".to_owned();
            let (discovered, versions) = (BTreeMap::new(), BTreeMap::new());
            async {
                Ok(Detection {
                    flavour: Flavour("upstream"),
                    deciding_object: evidence,
                    discovered,
                    versions,
                })
            }
            .boxed()
        },
        diagnostics: DiagnosticsPlan::NONE,
        flavours: &[Flavour("upstream")],
        recordings: &[],
        derive: |_, _| run::Derivation::default(),
        read_table: "",
        named_by_cluster: &[],
        fault_recordings: "",
    };
    let flags = BTreeMap::from([
        ("out".to_owned(), Value::from(folder.display().to_string())),
        ("probe.image".to_owned(), json!("probe:1")),
    ]);
    let layers = InputLayers { flags, ..InputLayers::default() };
    let told = Arc::new(Mutex::new(String::new()));
    let source = RunSource::Cluster(Box::new(cluster::FakeProvider));
    let session =
        Session::open(&suites, checks::ALL, layers, source, vec![Box::new(Told(Arc::clone(&told)))]);
    let session = session.await.unwrap();
    session.run_all().await;
    session.clean_up().await.unwrap();
    let own = session.folder().to_owned();
    let record = session.finish().record;
    let words: Vec<_> = record.checks.iter().map(|check| check.outcome.word()).collect();
    assert_eq!(words, ["failed", "failed", "failed", "failed", "passed", "errored", "errored"]);

    let mut contents = written(&own);
    let terminal = terminal::header(&record.header) + &terminal::body(&record, &suites.cards(), &own, 80);
    contents.insert("terminal".to_owned(), terminal.into_bytes());
    contents.insert("readers".to_owned(), told.lock().unwrap().clone().into_bytes());
    contents
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_a_thousand_secrets_is_written() {
    let planted = &planting().planted;
    let distinct: BTreeSet<_> = planted.iter().map(|one| &one.text).collect();
    assert!(distinct.len() >= LEAST, "{}", distinct.len());

    let folder = tempfile::tempdir().unwrap();
    let contents = run(folder.path()).await;
    let search = Search::new(planted);
    let mut leaks = BTreeMap::<&str, Vec<&str>>::new();
    for (name, content) in &contents {
        for carrier in search.found(content) {
            leaks.entry(carrier).or_default().push(name);
        }
    }
    assert!(leaks.is_empty(), "{} of {} carriers: {leaks:#?}", leaks.len(), planted.len());

    let is_seen = |name: &str, text: &str| {
        let content = contents.iter().find(|(file, _)| file.ends_with(name)).map(|(_, content)| content);
        content.is_some_and(|content| content.windows(text.len()).any(|part| part == text.as_bytes()))
    };
    for place in ["object", "ConfigMap", "body", "line"] {
        assert!(is_seen("!recording.json", &format!("{place} {PLAIN}")), "nothing was kept of {place}");
    }
    for place in ["object", "ConfigMap", "body", "line", "finding", "evidence", "error", "panic"] {
        for file in ["journal.jsonl", "report.json", "!journal.jsonl", "junit.xml", "readers"] {
            assert!(is_seen(file, &format!("{place} {PLAIN}")), "nothing of {place} is in {file}");
        }
    }
    assert!(is_seen("!recording.json", &format!(r#""type":"{PLAIN}""#)), "nothing was kept of Secrets");
    assert!(is_seen("!recording.json", &format!(r#"["x-seen","{PLAIN}"]"#)), "nothing was kept of headers");
    for file in ["report.html", "terminal"] {
        assert!(is_seen(file, PLAIN), "nothing is in {file}");
    }
    let evidence = |place: &str| {
        let mut files =
            contents.iter().filter(|(name, _)| name.starts_with("evidence/") && name.ends_with(place));
        files.any(|(_, content)| String::from_utf8_lossy(content).contains(PLAIN))
    };
    assert!(evidence("app.log") && evidence("pods.txt") && evidence(".copies.json"), "evidence is missing");
}

/// What is in the recordings of the program was judged, and nothing of it was hidden but what the inputs call so.
#[test]
fn recordings_hold_nothing_that_would_be_hidden() {
    let recording = suites::suites().reference_recording().unwrap();
    assert_eq!(recording.about.inputs["kafka"]["password"], "[redacted]");
    let mut whole = serde_json::to_value(&recording).unwrap();
    whole["about"]["inputs"]["kafka"]["password"] = Value::Null;
    // Ids of checks are no names of settings.
    whole["about"]["catalogue"] = Value::Null;
    assert!(!whole.to_string().contains("[redacted]"));
    let before = whole.clone();
    redact::value(&mut whole);
    assert_eq!(whole, before);

    let answers = recording.checks.values().flat_map(|observed| &observed.answers);
    let exchanges = answers.filter(|one| matches!(one.question, Question::Exchange { .. }));
    assert!(exchanges.filter(|one| matches!(one.answer, RecordedAnswer::Transcript(_))).count() > 0);
}
