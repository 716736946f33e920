//! The requests of a task that have no answer yet, for who stops waiting for them.

use crate::answer::failure_text;
use crate::answer_body::AnswerBody;
use http::{Response, Uri};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    static OF_THIS_TASK: UnansweredRequests;
}

/// The requests of a task that have no answer yet.
#[derive(Debug, Clone, Default)]
pub struct UnansweredRequests(Arc<Mutex<BTreeMap<String, UnansweredRequest>>>);

#[derive(Debug)]
struct UnansweredRequest {
    sent: Instant,
    /// How it failed the last time. It is sent again.
    failure: Option<String>,
}

impl UnansweredRequests {
    /// Notes those of `task` here.
    pub async fn noting<T>(&self, task: impl Future<Output = T>) -> T {
        OF_THIS_TASK.scope(self.clone(), task).await
    }

    /// What is known of one of them: how it failed the last time, or for how long it has no answer. `None`: all are answered.
    pub fn last_seen(&self) -> Option<String> {
        let no_answer = || {
            let sent = self.lock().values().map(|request| request.sent).min()?;
            Some(format!("no answer within {:?}", Duration::from_millis(vocabulary::millis(sent.elapsed()))))
        };
        self.failure().or_else(no_answer)
    }

    fn failure(&self) -> Option<String> {
        self.lock().values().find_map(|request| request.failure.clone())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, UnansweredRequest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a request of the task that asks failed the last time that has no answer yet. `None`: none did, or nobody notes them.
pub fn failure_in_this_task() -> Option<String> {
    OF_THIS_TASK.try_with(UnansweredRequests::failure).ok().flatten() // none: nobody notes them
}

/// Notes that a request is sent for the first time.
pub(crate) fn note_request(uri: &Uri) {
    note(uri, |request| *request = UnansweredRequest::new());
}

/// Notes that a request failed, and is sent again.
pub(crate) fn note_failure(uri: &Uri, answer: &Result<Response<AnswerBody>, kube::Error>) {
    let failure = match answer {
        Ok(response) => format!("the API server answered with {}", response.status()),
        Err(error) => failure_text(error),
    };
    note(uri, |request| request.failure = Some(failure));
}

/// Notes that a request was answered for good.
pub(crate) fn note_answer(uri: &Uri) {
    OF_THIS_TASK.try_with(|requests| requests.lock().remove(&uri.to_string())).ok(); // none: nobody notes them
}

fn note(uri: &Uri, change: impl FnOnce(&mut UnansweredRequest)) {
    let noted = OF_THIS_TASK.try_with(|requests| {
        change(requests.lock().entry(uri.to_string()).or_insert_with(UnansweredRequest::new));
    });
    noted.ok(); // none: nobody notes them
}

impl UnansweredRequest {
    fn new() -> Self {
        Self { sent: Instant::now(), failure: None }
    }
}
