//! A cache of answers, so that what several checks need at once is requested once.
//!
//! Checks go wrong in bursts. A request for what is being fetched, or was fetched a moment ago, gets the same answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// An answer, or why there is none.
pub(crate) type CachedAnswer<T> = Result<Arc<T>, String>;

type AnswerCell<T> = Arc<OnceCell<CachedAnswer<T>>>;

/// Answers by their requests, with the time at which each was requested.
#[derive(Debug)]
pub(crate) struct AnswerCache<T> {
    cells: Mutex<BTreeMap<String, (Instant, AnswerCell<T>)>>,
}

impl<T> Default for AnswerCache<T> {
    fn default() -> Self {
        Self { cells: Mutex::default() }
    }
}

impl<T> AnswerCache<T> {
    /// The answer to a request that was made less than `max_age` ago, or else the one that `fetch` gives. An error if
    /// there is none at the deadline; the next caller waits for the same `fetch`, or begins its own.
    pub(crate) async fn get(
        &self,
        request: &str,
        max_age: Duration,
        deadline: Instant,
        fetch: impl Future<Output = Result<T, String>>,
    ) -> CachedAnswer<T> {
        let cell = self.cell(request, max_age);
        let started = Instant::now();
        let answer =
            tokio::time::timeout_at(deadline, cell.get_or_init(|| async { fetch.await.map(Arc::new) }));
        match answer.await {
            Ok(answer) => answer.clone(),
            Err(_) => Err(format!("no answer within {:.1}s", started.elapsed().as_secs_f64())),
        }
    }

    fn cell(&self, request: &str, max_age: Duration) -> AnswerCell<T> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        match cells.get(request) {
            Some((requested, cell)) if requested.elapsed() < max_age => Arc::clone(cell),
            _ => {
                let cell = AnswerCell::default();
                cells.insert(request.to_owned(), (Instant::now(), Arc::clone(&cell)));
                cell
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn burst_fetches_once_and_a_later_request_again() {
        let (cache, fetched) = (AnswerCache::<usize>::default(), AtomicUsize::new(0));
        let get = |request: &'static str, max_age: u64| {
            let fetch = async {
                tokio::task::yield_now().await;
                Ok(fetched.fetch_add(1, Ordering::SeqCst))
            };
            cache.get(request, Duration::from_secs(max_age), Instant::now() + Duration::from_secs(9), fetch)
        };
        let (one, other) = tokio::join!(get("a", 60), get("a", 60));
        assert_eq!((*one.unwrap(), *other.unwrap()), (0, 0));
        assert_eq!(*get("b", 60).await.unwrap(), 1);
        assert_eq!(*get("a", 60).await.unwrap(), 0);
        assert_eq!(*get("a", 0).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn deadline_ends_the_wait() {
        let cache = AnswerCache::<()>::default();
        let max_age = Duration::from_mins(1);
        let answer = cache.get("a", max_age, Instant::now(), std::future::pending()).await;
        assert_eq!(answer.unwrap_err(), "no answer within 0.0s");
        // A caller with more time still gets the answer.
        let later = Instant::now() + Duration::from_secs(9);
        assert!(cache.get("a", max_age, later, async { Ok(()) }).await.is_ok());
    }
}
