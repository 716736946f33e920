//! What is known of a check beyond how it ended.

use record::{Attachment, Observations};

/// The evidence of a check.
#[derive(Debug, Clone, Copy)]
pub struct CheckEvidence<'a> {
    /// The answers on which it was judged.
    pub observations: &'a Observations,
    /// What was collected on the cluster when it was not upheld.
    pub attachments: &'a [Attachment],
}
