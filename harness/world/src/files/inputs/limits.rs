//! How much is read: of one file, of all together, and of what an archive unpacks to.

/// How much is read at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadLimits {
    /// Of one file, in bytes. A larger one is no manifest.
    pub(crate) file: u64,
    /// Of all files together, in bytes.
    pub(crate) total: u64,
    /// Of what an archive unpacks to, in bytes, with what is passed over: a must-gather is mostly logs.
    pub(crate) unpacked: u64,
    /// Of what a folder or an archive holds, in number.
    pub(crate) entries: usize,
}

/// The limits of every run.
pub(crate) const LIMITS: ReadLimits =
    ReadLimits { file: 256 << 20, total: 1 << 30, unpacked: 16 << 30, entries: 500_000 };

/// What was read so far, of all inputs.
#[derive(Debug)]
pub(crate) struct ReadBudget {
    pub(crate) limits: ReadLimits,
    bytes: u64,
    entries: usize,
}

impl ReadBudget {
    /// Nothing is read yet.
    pub(crate) fn new(limits: ReadLimits) -> Self {
        Self { limits, bytes: 0, entries: 0 }
    }

    /// Counts the bytes of a file. Says whether all that was read is still within the limit.
    pub(crate) fn add_bytes(&mut self, bytes: u64) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        self.bytes <= self.limits.total
    }

    /// Counts a file, folder or entry. Says whether their number is still within the limit.
    pub(crate) fn add_entry(&mut self) -> bool {
        self.entries += 1;
        self.entries <= self.limits.entries
    }
}
