//! What a person says that the files hold, where the guess is wrong.

use std::fmt;

/// What the files hold of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesHold {
    /// All of it: what is not in the files does not exist.
    All,
    /// Some of it: there may be more of each kind.
    Some,
}

/// As it is written on the command line.
impl fmt::Display for FilesHold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Some => "some",
        })
    }
}
