//! What the checks ask of clusters: of each test world as it is, and without the objects of any one or two resources, since
//! what is not there may lead a check to look elsewhere. Of checks with traffic, what was recorded while they sent is added.

use super::api_server::client;
use super::role::Role;
use super::worlds::TestWorld;
use futures::FutureExt;
use futures::future::BoxFuture;
use inputs::{InputLayers, Inputs};
use probe::{Order, Transcript};
use record::Position;
use run::{ReadTable, attempt};
use semantics::flavour::{OSSM2, OSSM3};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use suites::reading::detection;
use vocabulary::{Question, Tier};
use world::{LiveObjects, LogQuery, ObjectSource, Traffic, TrafficFailure};

/// What is asked of all worlds.
pub(crate) async fn all() -> ReadTable {
    let mut table = ReadTable::default();
    let recorded = recorded_reads();
    let worlds = [
        TestWorld::recorded("reference"),
        TestWorld::recorded("broken"),
        TestWorld::of_document(OSSM2),
        TestWorld::of_document(OSSM3),
    ];
    for world in worlds {
        add_recorded(&mut table, &world, &recorded);
        let resources: Vec<_> = world.objects.keys().map(String::as_str).collect();
        let resources: Vec<_> = resources.into_iter().filter(|one| is_viewed(one)).collect();
        add_asked(&mut table, world.clone()).await;
        for (at, one) in resources.iter().enumerate() {
            for other in &resources[at..] {
                add_asked(&mut table, world.without(&[one, other])).await;
            }
        }
    }
    table
}

fn is_viewed(resource: &str) -> bool {
    view::known_views::ALL.iter().any(|view| view.kind.full_name() == resource)
}

async fn add_asked(table: &mut ReadTable, world: TestWorld) {
    let (flavour, world) = (world.flavour, Arc::new(world));
    let (client, listed) = client(Arc::clone(&world), Role::everything());
    let source = Arc::new(ObjectSource::Live(LiveObjects::connect(client, false).await.unwrap()));
    let inputs = Inputs { flavour: flavour.0.to_owned(), ..Inputs::default() };
    let detected = detection::detect(&source, &inputs).await.unwrap();
    table.detection.entry(flavour.0.to_owned()).or_default().append(&mut listed.lock().unwrap());
    let layers = InputLayers { discovered: detected.discovered, ..InputLayers::default() };
    let inputs = Arc::new(layers.merge().unwrap());
    for check in suites::checks() {
        if !check.flavours.is_empty() && !check.flavours.contains(&flavour) {
            continue;
        }
        let traffic = (check.tier > Tier::Read).then(|| Arc::new(NoTraffic) as Arc<dyn Traffic>);
        let attempt = attempt(check, Arc::clone(&source), traffic, Arc::clone(&inputs), flavour).await;
        let questions = attempt.observations.seen.iter().map(|seen| &seen.question);
        let reads = questions.filter_map(|question| read(&world, question));
        let of_check = table.checks.entry(check.id.to_owned()).or_default();
        of_check.entry(flavour.0.to_owned()).or_default().extend(reads);
    }
}

/// A question for objects of a kind that is served, as the table writes it.
fn read(world: &TestWorld, question: &Question) -> Option<String> {
    let Question::Objects { resource, scope } = question else { return None };
    world.versions.get(resource)?;
    Some(match scope.split_once('/') {
        Some((_, name)) => format!("{resource}/{name}"),
        None => resource.clone(),
    })
}

/// What checks with traffic asked when they were recorded. They are recorded in one flavour, and what they send for is alike
/// in all: of another flavour, what it serves of that.
fn add_recorded(table: &mut ReadTable, world: &TestWorld, recorded: &BTreeMap<String, BTreeSet<Question>>) {
    let flavour = world.flavour;
    for check in suites::checks().into_iter().filter(|check| check.tier > Tier::Read) {
        if check.flavours.is_empty() || check.flavours.contains(&flavour) {
            let reads = recorded.get(check.id).into_iter().flatten().filter_map(|one| read(world, one));
            let of_check = table.checks.entry(check.id.to_owned()).or_default();
            of_check.entry(flavour.0.to_owned()).or_default().extend(reads);
        }
    }
}

/// The questions of all recordings, by check.
fn recorded_reads() -> BTreeMap<String, BTreeSet<Question>> {
    let suites = suites::suites();
    let texts = suites.recordings.iter().map(|(_, text)| *text).chain([suites.fault_recordings]);
    let mut questions = BTreeMap::new();
    for text in texts {
        add_questions(&serde_json::from_str(text).unwrap(), &mut questions);
    }
    questions
}

/// The questions in a document, wherever checks stand in it by their ids.
fn add_questions(document: &Value, questions: &mut BTreeMap<String, BTreeSet<Question>>) {
    for (key, value) in document.as_object().into_iter().flatten() {
        for answer in value["answers"].as_array().into_iter().flatten() {
            let question = serde_json::from_value(answer["question"].clone()).unwrap();
            questions.entry(key.clone()).or_default().insert(question);
        }
        if value.get("answers").is_none() {
            add_questions(value, questions);
        }
    }
}

/// Sends nothing: what is asked before and besides is the question here.
#[derive(Debug)]
struct NoTraffic;

fn nothing_is_sent<T: Send + 'static>() -> BoxFuture<'static, Result<T, TrafficFailure>> {
    async { Err(Arc::new(std::io::Error::other("nothing is sent")) as TrafficFailure) }.boxed()
}

impl Traffic for NoTraffic {
    fn prepare(&self, _: &'static [&'static str]) -> BoxFuture<'_, Result<(), TrafficFailure>> {
        std::future::ready(Ok(())).boxed()
    }

    fn send<'a>(
        &'a self,
        _: &'static str,
        _: &'a Position,
        _: &'a [Order],
    ) -> BoxFuture<'a, Result<Vec<Transcript>, TrafficFailure>> {
        nothing_is_sent()
    }

    fn log_line<'a>(
        &'a self,
        _: &'static str,
        _: &'a LogQuery<'a>,
    ) -> BoxFuture<'a, Result<Option<String>, TrafficFailure>> {
        nothing_is_sent()
    }
}
