//! What an API server does for a reason that is no chance: it refuses for lack of rights and tokens, has forgotten versions,
//! and disturbs each watch in the same way.

use super::api_server::{Answer, refusal};
use super::chance::{ForwardTrouble, WatchTrouble};
use http::Request;
use http::header::AUTHORIZATION;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusing {
    Nothing,
    /// Lists of the resource whose path ends so: the user has no right to.
    ListsOf(&'static str),
    /// Watches: the user has no right to.
    Watches,
    /// All that comes after so many requests: the token has expired.
    After(u64),
    /// A token that was used before.
    UsedTokens,
    /// The next page of each list, so often: its token has expired.
    Pages(u64),
    /// Each watch, so often: its version is too old.
    Versions(u64),
    /// Nothing, but the first watches of each path are disturbed.
    FirstWatches(WatchTrouble),
    /// Nothing, but each connection to a pod is disturbed.
    Forwards(ForwardTrouble),
}

/// What was refused so far.
#[derive(Debug)]
pub(crate) struct Refusals {
    refusing: Refusing,
    requests: Mutex<u64>,
    tokens: Mutex<HashSet<String>>,
    times: Mutex<HashMap<String, u64>>,
}

impl Refusals {
    pub(crate) fn new(refusing: Refusing) -> Self {
        Self { refusing, requests: Mutex::default(), tokens: Mutex::default(), times: Mutex::default() }
    }

    /// The refusal of a request, if it is refused.
    pub(crate) fn refuse<B>(&self, request: &Request<B>) -> Option<Answer> {
        // none: a URI without a query asks for nothing
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        let is_watch = query.contains("watch=true");
        match self.refusing {
            Refusing::ListsOf(resource) => (path.ends_with(&format!("/{resource}")) && !is_watch)
                .then(|| refusal(403, &format!("user may not list {resource}"))),
            Refusing::Watches => is_watch.then(|| refusal(403, "user may not watch")),
            Refusing::After(most) => {
                let mut requests = self.requests.lock().unwrap();
                *requests += 1;
                (*requests > most).then(|| refusal(401, "the token has expired"))
            }
            Refusing::UsedTokens => {
                let token =
                    request.headers().get(AUTHORIZATION).map_or("none", |value| value.to_str().unwrap());
                let is_new = token != "none" && self.tokens.lock().unwrap().insert(token.to_owned());
                (!is_new).then(|| refusal(401, "the token has expired"))
            }
            Refusing::Pages(times) if query.contains("continue=") => self.refuse_times(path, times),
            Refusing::Versions(times) if is_watch => self.refuse_times(path, times),
            Refusing::Nothing
            | Refusing::Pages(_)
            | Refusing::Versions(_)
            | Refusing::FirstWatches(_)
            | Refusing::Forwards(_) => None,
        }
    }

    /// What is wrong with a watch that is begun.
    pub(crate) fn disturb(&self, which: &str) -> Option<WatchTrouble> {
        match self.refusing {
            Refusing::FirstWatches(trouble) if self.is_one_of_the_first(which, 2) => Some(trouble),
            _ => None,
        }
    }

    /// What is wrong with a connection to a pod.
    pub(crate) fn disturb_pod(&self) -> Option<ForwardTrouble> {
        match self.refusing {
            Refusing::Forwards(trouble) => Some(trouble),
            _ => None,
        }
    }

    fn refuse_times(&self, path: &str, most: u64) -> Option<Answer> {
        self.is_one_of_the_first(path, most).then(|| refusal(410, "too old, chaos says no"))
    }

    fn is_one_of_the_first(&self, path: &str, most: u64) -> bool {
        let mut times = self.times.lock().unwrap();
        let time = times.entry(path.to_owned()).or_default();
        *time += 1;
        *time <= most
    }
}
