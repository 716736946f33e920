//! The ways in which a chain is not usable.

/// One way in which a chain is not usable, with what was expected and seen.
#[derive(Debug, PartialEq, Eq)]
pub struct ChainFlaw {
    /// Which way.
    pub kind: ChainFlawKind,
    /// What a client asks for.
    pub expected: String,
    /// What is there.
    pub observed: String,
}

/// The ways in which a chain is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainFlawKind {
    /// It cannot be read as certificates.
    Unreadable,
    /// The leaf is not of version 3, so it has no alternative names.
    Version,
    /// A certificate is not yet valid.
    NotYetValid,
    /// A certificate is no longer valid.
    Expired,
    /// The leaf does not name the domain.
    OtherName,
    /// The leaf was issued by itself, or is an authority.
    NoLeaf,
    /// The leaf is for other purposes than a server's.
    OtherPurpose,
    /// A certificate is not issued by the next one.
    Order,
    /// The key is not that of the leaf.
    OtherKey,
}

impl ChainFlaw {
    /// A flaw of this kind.
    pub fn new(kind: ChainFlawKind, expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self { kind, expected: expected.into(), observed: observed.into() }
    }
}
