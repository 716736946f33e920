//! Takes out of texts and values what is secret in them.

mod encoded;
mod extent;
mod forms;
mod log_time;
mod manifest;
mod mark;
mod names;
mod pattern;
mod pem;
mod redaction;
mod shapes;
mod splice;

pub use mark::MARK;
pub use redaction::{register_pattern, register_secret, serializable, text, value};
