//! Takes out of texts and values what is secret in them.

mod encoded;
mod extent;
mod forms;
mod manifest;
mod mark;
mod names;
mod pem;
mod redaction;
mod shapes;

pub use mark::MARK;
pub use redaction::{register, register_text, text, value, whole};
