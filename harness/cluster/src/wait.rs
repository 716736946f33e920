//! Waiting for objects: one watch, a judgement at each event, and a deadline that tells what was seen last.

use crate::answer::ApiServerError;
use crate::watch::watch;
use futures::StreamExt;
use kube::api::{Api, DynamicObject};
use kube::runtime::watcher;
use std::collections::BTreeMap;
use thiserror::Error;
use tokio::time::Instant;

/// The objects of a watch, by namespace and name.
pub type WatchedObjects = BTreeMap<(String, String), DynamicObject>;

/// What a look at the objects says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// What was waited for is there.
    Ready,
    /// It is not there yet; this is what was seen instead.
    Pending(String),
}

/// What was waited for did not come.
#[derive(Debug, Error)]
#[error("the time for it ended; last seen: {last_seen}")]
pub struct WaitError {
    /// What the last look saw.
    pub last_seen: String,
}

/// Watches until `judge` is met. `seen` is told each time that something else is seen.
pub async fn await_readiness(
    api: Api<DynamicObject>,
    config: watcher::Config,
    deadline: Instant,
    judge: impl Fn(&WatchedObjects) -> Readiness,
    seen: impl Fn(&str),
) -> Result<(), WaitError> {
    let mut last_seen = "no answer from the API server".to_owned();
    let tell = |text: String, last_seen: &mut String| {
        if *last_seen != text {
            seen(&text);
            *last_seen = text;
        }
    };
    let mut events = watch(api, config);
    let mut objects = WatchedObjects::new();
    let mut listed = false;
    while let Ok(Some(event)) = tokio::time::timeout_at(deadline, events.next()).await {
        match event {
            // While the objects are listed anew, those that are not among them yet are not gone.
            Ok(watcher::Event::Init) => {
                objects.clear();
                listed = false;
            }
            Ok(event) => listed = note(event, &mut objects) || listed,
            Err(error) => tell(vocabulary::chain(&ApiServerError::from(error)), &mut last_seen),
        }
        if listed {
            match judge(&objects) {
                Readiness::Ready => return Ok(()),
                Readiness::Pending(text) => tell(text, &mut last_seen),
            }
        }
    }
    Err(WaitError { last_seen })
}

/// Keeps an event. Whether the objects are complete after it.
fn note(event: watcher::Event<DynamicObject>, objects: &mut WatchedObjects) -> bool {
    match event {
        watcher::Event::Init => {}
        watcher::Event::InitApply(object) => {
            objects.insert(key(&object), object);
        }
        watcher::Event::InitDone => return true,
        watcher::Event::Apply(object) => {
            objects.insert(key(&object), object);
            return true;
        }
        watcher::Event::Delete(object) => {
            objects.remove(&key(&object));
            return true;
        }
    }
    false
}

fn key(object: &DynamicObject) -> (String, String) {
    (object.metadata.namespace.clone().unwrap_or_default(), object.metadata.name.clone().unwrap_or_default())
}

/// Watches one object.
pub fn single_object(name: &str) -> watcher::Config {
    watcher::Config::default().fields(&format!("metadata.name={name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::gvk;
    use futures::channel::mpsc;
    use http::{Request, Response};
    use http_body_util::combinators::UnsyncBoxBody;
    use http_body_util::{BodyExt, Full, StreamBody};
    use hyper::body::{Bytes, Frame};
    use kube::client::Body;
    use kube::core::ApiResource;
    use serde_json::{Value, json};
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::sync::Notify;

    type Answer = UnsyncBoxBody<Bytes, Infallible>;

    fn whole(document: &Value) -> Response<Answer> {
        Response::new(Full::new(Bytes::from(document.to_string())).boxed_unsync())
    }

    /// A watch that ends with 410 after the first list. The second list is told, and never answered.
    fn forgetful_api_server(second_list: Arc<Notify>) -> Api<DynamicObject> {
        let lists = AtomicUsize::new(0);
        let lamp = json!({"metadata": {"name": "a", "resourceVersion": "1"}});
        let list = json!({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": [lamp]});
        let gone = json!({"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired", "message": "old", "status": "Failure"}});
        let service = tower::service_fn(move |request: Request<Body>| {
            let is_watch = request.uri().query().unwrap_or_default().contains("watch=true");
            let is_first = is_watch || lists.fetch_add(1, Ordering::Relaxed) == 0;
            let (list, gone) = (list.clone(), gone.to_string() + "\n");
            let second_list = Arc::clone(&second_list);
            async move {
                if !is_first {
                    second_list.notify_one();
                    std::future::pending::<()>().await;
                }
                if !is_watch {
                    return Ok::<_, Infallible>(whole(&list));
                }
                let (mut sender, frames) = mpsc::channel(1);
                let _ = sender.try_send(Ok::<_, Infallible>(Frame::data(Bytes::from(gone))));
                Ok(Response::new(StreamBody::new(frames).boxed_unsync()))
            }
        });
        let resource = ApiResource::from_gvk_with_plural(&gvk("fakes.test/v1", "Lamp"), "lamps");
        Api::all_with(kube::Client::new(service, "default"), &resource)
    }

    #[tokio::test]
    async fn what_is_listed_anew_is_not_gone() {
        let is_gone = |objects: &WatchedObjects| match objects.len() {
            0 => Readiness::Ready,
            _ => Readiness::Pending("being deleted".to_owned()),
        };
        let second_list = Arc::new(Notify::new());
        let api = forgetful_api_server(Arc::clone(&second_list));
        let deadline = Instant::now() + Duration::from_mins(1);
        tokio::select! {
            waited = await_readiness(api, watcher::Config::default(), deadline, is_gone, |_| {}) => {
                panic!("nothing says that it is gone: {waited:?}")
            }
            () = second_list.notified() => {}
        }
    }
}
