//! Talks to an API server: reads, applies, deletes, waits; and what is kept on this machine of a cluster.

pub mod answer;
mod answer_body;
pub mod apply;
mod backoff;
pub mod client;
pub mod conditions;
pub mod delete;
mod fields;
pub mod kinds;
pub mod labels;
pub mod list;
pub mod lock;
pub mod poll;
pub mod replace;
pub mod request_guard;
mod request_kind;
pub mod request_limits;
mod retry;
pub mod retry_counts;
pub mod state;
pub mod unanswered;
pub mod wait;
pub mod watch;
