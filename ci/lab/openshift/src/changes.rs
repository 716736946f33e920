//! Changes of objects, as a reason to look at everything again.
//!
//! What Serverless and the router look at is little, so that each change leads to a look at all of it: there is no state
//! that could be behind, and of what is deleted nothing remains.
use std::error::Error;
use std::future::ready;
use std::iter;
use std::pin::pin;
use std::time::Duration;

use futures::stream::{BoxStream, Stream, StreamExt as _};
use kube::Client;
use kube::api::{Api, DynamicObject};
use kube::runtime::utils::Backoff;
use kube::runtime::{WatchStreamExt as _, watcher};
use tokio::time::timeout;
use tracing::{debug, warn};

use crate::cluster::{Cluster, Kind};

const RETRY: Duration = Duration::from_secs(2);
/// So many changes at once are one reason.
const AT_ONCE: usize = 1024;

/// Tells of each change of an object of a kind, once it is served; of all namespaces where none is named.
pub(crate) fn of(client: &Client, kind: Kind, namespace: &str) -> BoxStream<'static, ()> {
    labelled(client, kind, namespace, "")
}

/// The same of objects with these labels.
pub(crate) fn labelled(client: &Client, kind: Kind, namespace: &str, labels: &str) -> BoxStream<'static, ()> {
    let resource = Cluster::resource(kind);
    let api: Api<DynamicObject> = if namespace.is_empty() {
        Api::all_with(client.clone(), &resource)
    } else {
        Api::namespaced_with(client.clone(), namespace, &resource)
    };
    let config = watcher::Config::default().labels(labels);
    // A list that comes anew may lack what was there: that it has come is a reason, too.
    let changes = watcher::watcher(api, config).backoff(Steady).filter_map(move |event| {
        ready(match event {
            Ok(_) => Some(()),
            Err(error) => {
                debug!("the watch of {} begins again: {}", kind.2, told(&error));
                None
            }
        })
    });
    changes.boxed()
}

/// Looks at once, and again after each change. What failed is tried again soon, and told in the log.
pub(crate) async fn look_after<E: Error>(
    changes: impl Stream<Item = ()>,
    mut look: impl AsyncFnMut() -> Result<(), E>,
) {
    let mut changes = pin!(changes.ready_chunks(AT_ONCE));
    loop {
        let has_ended = match look().await {
            Ok(()) => changes.next().await.is_none(),
            Err(error) => {
                warn!("{}", told(&error));
                timeout(RETRY, changes.next()).await.is_ok_and(|change| change.is_none())
            }
        };
        if has_ended {
            return;
        }
    }
}

/// An error with its causes, in one line.
pub(crate) fn told(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |error| Error::source(*error));
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The pause before a watch is begun again: short, since a kind that is not served yet is soon.
struct Steady;

impl Iterator for Steady {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        Some(RETRY)
    }
}

impl Backoff for Steady {
    fn reset(&mut self) {}
}
