//! What a person reads in a terminal: of a run, of its replay, of faults and of generated faults.
//!
//! The styles are escape sequences in the text. `anstream` takes them out where the reader is no terminal.

mod failure;
mod fault_table;
mod files_line;
mod interruption;
mod layout;
mod replay_header;
mod run_text;
mod score_table;
mod skips;
pub mod style;
mod summary_line;

pub use failure::failure;
pub use fault_table::fault_table;
pub use files_line::files_line;
pub use layout::width;
pub use replay_header::replay_header;
pub use run_text::{NO_CLUSTER, body, header};
pub use score_table::score_table;
