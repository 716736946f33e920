//! Bundles that are whole: of one check, and of all of them.

use inputs::InputLayers;
use record::bundle::{self, BundleEntries};
use run::{Registry, RunSource, Session};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::LazyLock;

/// A bundle that is whole.
pub(crate) struct Base {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// What is in it.
    pub(crate) entries: BundleEntries,
    /// The suites that made it.
    pub(crate) suites: Registry,
}

/// Of one check.
pub(crate) static SMALL: LazyLock<Base> = LazyLock::new(|| base(Some("mesh::mtls::is_strict_mesh_wide")));
/// Of all checks.
pub(crate) static FULL: LazyLock<Base> = LazyLock::new(|| base(None));

/// Waits for what is done here.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn base(only: Option<&str>) -> Base {
    let folder = tempfile::tempdir().unwrap();
    let mut suites = suites::suites();
    let recording = suites.reference_recording().unwrap();
    suites.checks.retain(|check| only.is_none_or(|only| check.id == only));
    let flags = BTreeMap::from([("out".to_owned(), Value::from(folder.path().display().to_string()))]);
    let layers = InputLayers { flags, ..InputLayers::default() };
    let own = wait(async {
        let source = RunSource::Recording("reference", Box::new(recording));
        let session = Session::open(&suites, &suites.checks, layers, source, Vec::new()).await.unwrap();
        session.run_all().await;
        let own = session.folder().to_owned();
        session.finish();
        own
    });
    let bytes = std::fs::read(own.join(bundle::FILE)).unwrap();
    let entries = bundle::decode(&bytes).unwrap();
    Base { bytes, entries, suites }
}
