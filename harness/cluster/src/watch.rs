//! Watches objects without an end: failures are told, and followed by another attempt after a pause.

use futures::stream::{self, BoxStream, Stream, StreamExt};
use kube::api::{Api, DynamicObject};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event, watcher};

/// The events of a watch, and its failures.
pub type WatchEvents = BoxStream<'static, watcher::Result<Event<DynamicObject>>>;

/// Lists objects and watches them. Where the API server has forgotten since when (410), they are listed anew.
pub fn watch(api: Api<DynamicObject>, config: watcher::Config) -> WatchEvents {
    relisted(move || watcher(api.clone(), config.clone())).default_backoff().boxed()
}

/// The events of a stream, and of a new one after each that ended in 410: kube's own would ask for the forgotten version
/// again and again.
fn relisted<S>(begin: impl Fn() -> S + Send + 'static) -> impl Stream<Item = S::Item> + Send
where
    S: Stream<Item = watcher::Result<Event<DynamicObject>>> + Send + 'static,
{
    stream::unfold((begin, None), |(begin, events): (_, Option<WatchEvents>)| async move {
        let mut events = events.unwrap_or_else(|| begin().boxed());
        let event = events.next().await?;
        let is_forgotten = matches!(
            &event,
            Err(watcher::Error::WatchStartFailed(kube::Error::Api(status))) if status.code == 410
        );
        Some((event, (begin, (!is_forgotten).then_some(events))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;
    use rstest::rstest;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn refused(code: u16) -> watcher::Error {
        watcher::Error::WatchStartFailed(kube::Error::Api(Box::new(
            Status::failure("no", "Reason").with_code(code),
        )))
    }

    #[rstest]
    #[case::forgotten(410, 2)]
    #[case::overloaded(503, 1)]
    #[tokio::test]
    async fn forgotten_watch_is_begun_anew(#[case] code: u16, #[case] expected: usize) {
        let begun = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&begun);
        let events = relisted(move || {
            count.fetch_add(1, Ordering::Relaxed);
            stream::iter([Ok(Event::Init), Err(refused(code))])
                .chain(stream::repeat_with(|| Ok(Event::InitDone)))
        });
        assert_eq!(events.take(3).count().await, 3);
        assert_eq!(begun.load(Ordering::Relaxed), expected);
    }
}
