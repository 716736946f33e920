//! Answers that several checks want at once are asked for once.
//!
//! Checks go wrong in bursts. Whoever wants what another asks for at that moment, or has been given a moment ago, gets
//! the same answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// An answer, or why there is none.
pub(crate) type Answer<T> = Result<Arc<T>, String>;

type Cell<T> = Arc<OnceCell<Answer<T>>>;

/// Answers by what was asked.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    cells: Mutex<BTreeMap<String, (Instant, Cell<T>)>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { cells: Mutex::default() }
    }
}

impl<T> Shared<T> {
    /// The answer that was asked for less than `fresh` ago, or the one that `fetch` gives before the deadline.
    pub(crate) async fn get(
        &self,
        what: &str,
        fresh: Duration,
        deadline: Instant,
        fetch: impl Future<Output = Result<T, String>>,
    ) -> Answer<T> {
        let cell = self.cell(what, fresh);
        let began = Instant::now();
        let answer =
            tokio::time::timeout_at(deadline, cell.get_or_init(|| async { fetch.await.map(Arc::new) }));
        match answer.await {
            Ok(answer) => answer.clone(),
            Err(_) => Err(format!("no answer within {:.1}s", began.elapsed().as_secs_f64())),
        }
    }

    fn cell(&self, what: &str, fresh: Duration) -> Cell<T> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        match cells.get(what) {
            Some((asked, cell)) if asked.elapsed() < fresh => Arc::clone(cell),
            _ => {
                let cell = Cell::default();
                cells.insert(what.to_owned(), (Instant::now(), Arc::clone(&cell)));
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
    async fn burst_asks_once_and_a_later_one_again() {
        let (shared, asked) = (Shared::<usize>::default(), AtomicUsize::new(0));
        let get = |what: &'static str, fresh: u64| {
            let fetch = async {
                tokio::task::yield_now().await;
                Ok(asked.fetch_add(1, Ordering::SeqCst))
            };
            shared.get(what, Duration::from_secs(fresh), Instant::now() + Duration::from_secs(9), fetch)
        };
        let (one, other) = tokio::join!(get("a", 60), get("a", 60));
        assert_eq!((*one.unwrap(), *other.unwrap()), (0, 0));
        assert_eq!(*get("b", 60).await.unwrap(), 1);
        assert_eq!(*get("a", 60).await.unwrap(), 0);
        assert_eq!(*get("a", 0).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn deadline_ends_the_wait() {
        let shared = Shared::<()>::default();
        let fresh = Duration::from_mins(1);
        let answer = shared.get("a", fresh, Instant::now(), std::future::pending()).await;
        assert_eq!(answer.unwrap_err(), "no answer within 0.0s");
        // Whoever has more time gets it still.
        let later = Instant::now() + Duration::from_secs(9);
        assert!(shared.get("a", fresh, later, async { Ok(()) }).await.is_ok());
    }
}
