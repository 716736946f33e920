//! Makes the reference recording from objects of a cluster: a folder with one list in JSON for each resource
//! (`kubectl get gateways.networking.istio.io -A -o json > gateways.networking.istio.io.json`).
//!
//! Each file is a resource that is served; an empty list is one that is served and has no objects. What is recorded is
//! what the checks ask for, in the form in which they see it: no private key, and no field that no check reads.
//!
//! `cargo run -p meshproof-suites --example record_objects -- <folder> > fixtures/recordings/upstream.json`

use harness::inputs::Inputs;
use harness::runner::attempt;
use harness::world::{Recording, Served, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder that holds the lists")?;
    let objects = read(Path::new(&folder))?;
    let served =
        Served::from_names(objects.iter().map(|(resource, list)| (resource.as_str(), version(list))));
    let now = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second())?;
    let world = Arc::new(World::Recorded(Recording::from_objects(now, served.clone(), objects)));
    let inputs = Arc::new(Inputs::default());

    let mut kinds = BTreeMap::new();
    for check in suites::checks() {
        let done =
            attempt(check, Arc::clone(&world), None, Arc::clone(&inputs), suites::flavour::UPSTREAM).await;
        for kind in done.observations.kinds {
            kinds.insert((kind.resource.clone(), kind.scope.clone()), kind);
        }
    }
    let recording = Recording::new(now, served, kinds.into_values().collect());
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &recording)?;
    writeln!(out)?;
    Ok(())
}

/// The version of the objects of a list.
fn version(list: &[Value]) -> &str {
    let named = list.first().and_then(|object| object["apiVersion"].as_str());
    named.and_then(|named| named.rsplit('/').next()).unwrap_or("v1")
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<Value>>, Box<dyn Error>> {
    let mut objects = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(resource) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let list: Value = serde_json::from_reader(File::open(&path)?)?;
        let items = list["items"].as_array().cloned().unwrap_or_default();
        objects.insert(resource.to_owned(), items);
    }
    Ok(objects)
}
