//! What goes wrong with requests, by chance: the same seed does the same to the same requests, in whatever order they come.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::Duration;

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
    /// It is not answered in time.
    Silent,
    /// The connection is closed instead of an answer.
    Reset,
    /// The connection is closed in the middle of the answer.
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
        let time = {
            let mut thrown = self.thrown.lock().unwrap();
            let time = thrown.entry(uri.to_owned()).or_default();
            *time += 1;
            *time
        };
        let mut hasher = DefaultHasher::new();
        (self.odds.seed, uri, time).hash(&mut hasher);
        let number = hasher.finish();
        if number % 100 >= self.odds.percent {
            return None;
        }
        let trouble = TROUBLES[usize::try_from(number / 100 % TROUBLES.len() as u64).unwrap()];
        let can_expire = uri.contains("continue=") || uri.contains("watch=true");
        Some(if trouble == Trouble::Refused(410) && !can_expire { Trouble::Refused(503) } else { trouble })
    }
}

/// Whether an error says what went wrong with a request.
pub(crate) fn names_a_cause(error: &str) -> bool {
    let causes = [
        "chaos says no",
        "no answer within",
        "could not be read to its end",
        "did not end within",
        "connection closed before message completed",
        "connection reset",
    ];
    causes.iter().any(|cause| error.contains(cause))
}
