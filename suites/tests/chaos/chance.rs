//! What goes wrong, by chance: the same seed does the same to the same requests, in whatever order they come.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{Instant, interval_at};

/// How often something goes wrong, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odds {
    /// Of how many requests in a hundred.
    pub(crate) percent: u64,
    pub(crate) seed: u64,
}

impl Odds {
    pub(crate) const NONE: Self = Self { percent: 0, seed: 0 };
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It is answered a little later.
    Delayed(Duration),
    /// It is not answered in time. What writes has been done.
    Silent,
    /// The connection is closed instead of an answer.
    Reset,
    /// The connection is closed in the middle of the answer. What writes has been done.
    Cut,
    /// It is answered with this status.
    Refused(u16),
}

/// What can go wrong. 410 is for watches and the pages of a list only.
const TROUBLES: [Trouble; 10] = [
    Trouble::Delayed(Duration::from_millis(5)),
    Trouble::Silent,
    Trouble::Reset,
    Trouble::Cut,
    Trouble::Refused(429),
    Trouble::Refused(500),
    Trouble::Refused(502),
    Trouble::Refused(503),
    Trouble::Refused(504),
    Trouble::Refused(410),
];

/// What goes wrong with a watch that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WatchTrouble {
    /// It ends at once, without a word.
    Ends,
    /// Its version is forgotten, which an event says.
    Expires,
    /// An event says that something is wrong.
    Fails,
    /// A line of it is no event.
    Garbles,
    /// Bookmarks come out of the blue, before what they mark.
    Marks,
    /// What happens is told late, and twice.
    Lags,
}

const WATCH_TROUBLES: [WatchTrouble; 6] = [
    WatchTrouble::Ends,
    WatchTrouble::Expires,
    WatchTrouble::Fails,
    WatchTrouble::Garbles,
    WatchTrouble::Marks,
    WatchTrouble::Lags,
];

/// What goes wrong between the API server and a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForwardTrouble {
    /// There is a page of somebody else instead of the connection.
    Page,
    /// The connection is cut after so many bytes of the pod.
    Cut(usize),
    /// The connection carries what nobody can read.
    Unreadable,
    /// What the pod says comes late, and in small pieces.
    Slow,
    /// What the pod says is something else.
    Garbled,
    /// The pod is said to have closed the connection after so many bytes.
    Closed(usize),
}

/// What a client of this machine can tell from what a pod does by itself.
const FORWARD_TROUBLES: [ForwardTrouble; 5] = [
    ForwardTrouble::Page,
    ForwardTrouble::Cut(0),
    ForwardTrouble::Cut(60),
    ForwardTrouble::Unreadable,
    ForwardTrouble::Slow,
];

/// What can go wrong on the way to our own client, too, which answers each order.
const PROBE_TROUBLES: [ForwardTrouble; 8] = [
    ForwardTrouble::Page,
    ForwardTrouble::Cut(0),
    ForwardTrouble::Cut(60),
    ForwardTrouble::Unreadable,
    ForwardTrouble::Slow,
    ForwardTrouble::Garbled,
    ForwardTrouble::Closed(0),
    ForwardTrouble::Closed(200),
];

/// The dice of one proxy.
#[derive(Debug)]
pub(crate) struct Dice {
    odds: Odds,
    thrown: Mutex<HashMap<String, u64>>,
}

impl Dice {
    pub(crate) fn new(odds: Odds) -> Self {
        Self { odds, thrown: Mutex::default() }
    }

    /// What goes wrong with a request for this URI. `None`: nothing.
    pub(crate) fn throw(&self, uri: &str) -> Option<Trouble> {
        let trouble = self.one_of(uri, &TROUBLES)?;
        let can_expire = uri.contains("continue=") || uri.contains("watch=true");
        Some(if trouble == Trouble::Refused(410) && !can_expire { Trouble::Refused(503) } else { trouble })
    }

    /// What goes wrong with a watch that was begun.
    pub(crate) fn throw_for_watch(&self, uri: &str) -> Option<WatchTrouble> {
        self.one_of(&format!("events of {uri}"), &WATCH_TROUBLES)
    }

    /// What goes wrong between the API server and a pod.
    pub(crate) fn throw_for_pod(&self, pod: &str, is_probe: bool) -> Option<ForwardTrouble> {
        let troubles: &[_] = if is_probe { &PROBE_TROUBLES } else { &FORWARD_TROUBLES };
        self.one_of(&format!("pod {pod}"), troubles)
    }

    fn one_of<T: Copy>(&self, what: &str, troubles: &[T]) -> Option<T> {
        let time = {
            let mut thrown = self.thrown.lock().unwrap();
            let time = thrown.entry(what.to_owned()).or_default();
            *time += 1;
            *time
        };
        let mut hasher = DefaultHasher::new();
        (self.odds.seed, what, time).hash(&mut hasher);
        let number = hasher.finish();
        let is_wrong = number % 100 < self.odds.percent;
        is_wrong.then(|| troubles[usize::try_from(number / 100 % troubles.len() as u64).unwrap()])
    }
}

/// Returns after a while.
pub(crate) async fn pause(duration: Duration) {
    interval_at(Instant::now() + duration, Duration::from_secs(1)).tick().await;
}

/// Whether an error says what went wrong with a request, or on the way to a pod.
pub(crate) fn names_a_cause(error: &str) -> bool {
    let causes = [
        "chaos says no",
        "the API server cut the connection to port",
        "expected: transcripts from the probe in pod",
        "failed to switch protocol: 200",
        "no answer within",
        "could not be read to its end",
        "did not end within",
        "connection closed before message completed",
        "connection reset",
    ];
    causes.iter().any(|cause| error.contains(cause))
}
