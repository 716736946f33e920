//! One hop of a transcript, and how far it came.

use probe::{Ending, Layer};
use serde::Serialize;

/// One hop of a transcript.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RouteStage {
    /// The layer, in a word.
    pub(crate) layer: &'static str,
    /// What happened there.
    pub(crate) what: String,
    /// More of it, a line each.
    pub(crate) more: Vec<String>,
    /// When, since the order began.
    pub(crate) time: Option<String>,
    /// How far it came.
    pub(crate) state: RouteStageState,
    /// The same in words.
    pub(crate) word: &'static str,
}

/// How far a hop came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RouteStageState {
    /// It was taken.
    Done,
    /// The far application answered.
    Answered,
    /// The order ended here.
    Ended,
    /// It was left out, as plaintext leaves out TLS.
    Unused,
    /// It was not reached.
    Unreached,
}

impl RouteStageState {
    /// The state in words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Answered => "answered",
            Self::Ended => "ended here",
            Self::Unused => "not used",
            Self::Unreached => "not reached",
        }
    }
}

/// The hops of a route, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RouteStageKind {
    From,
    Name,
    Connect,
    Tls,
    Request,
    Answer,
}

impl RouteStageKind {
    /// The layer, in a word.
    pub(crate) fn layer(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Name => "name",
            Self::Connect => "connect",
            Self::Tls => "TLS",
            Self::Request => "request",
            Self::Answer => "answer",
        }
    }

    /// The hop at which an order ended.
    pub(crate) fn of_end(ended: &Ending) -> Self {
        match ended {
            Ending::NotSent { .. } => Self::From,
            Ending::Unresolved { .. } => Self::Name,
            Ending::Refused | Ending::Unreachable { .. } => Self::Connect,
            Ending::Untrusted { .. } => Self::Tls,
            Ending::Answered | Ending::Silent => Self::Answer,
            Ending::Reset { layer, .. }
            | Ending::Closed { layer, .. }
            | Ending::Alert { layer, .. }
            | Ending::Timeout { layer }
            | Ending::ProtocolError { layer, .. } => match layer {
                Layer::Resolve => Self::Name,
                Layer::Connect => Self::Connect,
                Layer::Tls => Self::Tls,
                Layer::Request => Self::Request,
                Layer::Response | Layer::Body => Self::Answer,
            },
        }
    }
}

/// What is known of a hop before it is marked. Times are microseconds since the order began.
#[derive(Default)]
pub(crate) struct RouteStageDraft {
    pub(crate) what: String,
    pub(crate) more: Vec<String>,
    pub(crate) from_us: Option<u64>,
    pub(crate) until_us: Option<u64>,
    pub(crate) is_unused: bool,
}

impl RouteStageDraft {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    pub(crate) fn lines(self, lines: impl IntoIterator<Item = String>) -> Self {
        Self { more: lines.into_iter().collect(), ..self }
    }

    pub(crate) fn span(self, from_us: Option<u64>, until_us: Option<u64>) -> Self {
        Self { from_us, until_us, ..self }
    }
}
